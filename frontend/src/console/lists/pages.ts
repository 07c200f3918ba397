// Rows of a long list, fetched by pages as they come into view. Holds a bounded number of pages, whatever the list's length.
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, type RequestError } from "../../api/http";
import type { Page } from "../../api/types";
import { type Kind, useVersion } from "../live";
import { failed } from "../resource";

export const PAGE_ROWS = 100;
const KEPT_PAGES = 24;

export interface Rows<Row> {
  total: number | undefined; // undefined until the first page is here
  row: (index: number) => Row | undefined;
  problem: RequestError | undefined;
  first: Page<Row> | undefined; // the first page's whole answer
  show: (first: number, last: number) => void;
  again: () => void;
}

class Book<Row> {
  readonly pages = new Map<number, Page<Row>>();
  readonly asked = new Set<number>();
  total: number | undefined;
  first: Page<Row> | undefined;

  put(number: number, page: Page<Row>): void {
    this.total = page.total;
    if (number === 0) this.first = page;
    this.pages.delete(number);
    this.pages.set(number, page);
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= KEPT_PAGES) break;
      this.pages.delete(oldest);
    }
  }
}

function pagePath(path: string, query: string, number: number): string {
  return `${path}?${query}${query === "" ? "" : "&"}offset=${number * PAGE_ROWS}&limit=${PAGE_ROWS}`;
}

export function useRows<Row>(path: string, query: string, kinds: readonly Kind[]): Rows<Row> {
  const key = `${path}?${query}`;
  const book = useRef(new Book<Row>());
  const bookKey = useRef(key);
  const seen = useRef({ first: 0, last: 0 });
  const [, redraw] = useState(0);
  const [problem, setProblem] = useState<RequestError>();
  const [turn, setTurn] = useState(0);
  const version = useVersion(kinds);

  if (bookKey.current !== key) {
    book.current = new Book<Row>();
    bookKey.current = key;
    seen.current = { first: 0, last: 0 };
  }

  const fetchPage = (number: number, again: boolean) => {
    const current = book.current;
    if (current.asked.has(number) || (!again && current.pages.has(number))) return;
    current.asked.add(number);
    ask<Page<Row>>(pagePath(path, query, number))
      .then((page) => {
        current.put(number, page);
        setProblem(undefined);
      }, (error: unknown) => setProblem(failed(error)))
      .finally(() => {
        current.asked.delete(number);
        redraw((turns) => turns + 1);
      });
  };
  const fetchSeen = (again: boolean) => {
    for (let page = Math.floor(seen.current.first / PAGE_ROWS); page <= Math.floor(seen.current.last / PAGE_ROWS); page += 1) fetchPage(page, again);
  };
  // What has changed on the server makes the rows in view new; the others are forgotten.
  useEffect(() => {
    for (const number of [...book.current.pages.keys()]) {
      if (number * PAGE_ROWS > seen.current.last || (number + 1) * PAGE_ROWS <= seen.current.first) book.current.pages.delete(number);
    }
    fetchSeen(true);
  }, [key, version, turn]);

  return {
    total: book.current.total,
    first: book.current.first,
    row: (index) => book.current.pages.get(Math.floor(index / PAGE_ROWS))?.rows[index % PAGE_ROWS],
    problem,
    show: (first, last) => {
      seen.current = { first, last };
      fetchSeen(false);
    },
    again: () => setTurn(turn + 1),
  };
}
