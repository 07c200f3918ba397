// A real <table> of which only the rows in view exist. Rows have one height; two empty rows stand for those above and below. Those
// have one cell: a cell over all columns would count those that a narrow screen leaves out, and squeeze the others.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Rows } from "./pages";
import { go, setParameters } from "../router";

export interface Column<Row> {
  id: string; // the name to sort by
  title: string;
  cell: (row: Row) => ComponentChildren;
  width: string;
  from?: "medium" | "wide" | "widest"; // left out on narrower screens
  number?: boolean;
  narrow?: boolean; // needs no more room than a number has on a narrow screen
  sorts?: boolean; // default: yes
}

interface Properties<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: Rows<Row>;
  link: (row: Row) => string;
  query: URLSearchParams;
  sortedBy: string; // when the address says nothing
}

const SPARE_ROWS = 12;

function useWindow(total: number, rowHeight: number) {
  const frame = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () => setHeight(element.clientHeight);
    const scrolled = () => setTop(element.scrollTop);
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    element.addEventListener("scroll", scrolled, { passive: true });
    measure();
    return () => {
      watch.disconnect();
      element.removeEventListener("scroll", scrolled);
    };
  }, []);
  const first = Math.max(0, Math.min(total, Math.floor(top / rowHeight)) - SPARE_ROWS);
  const last = Math.min(total, Math.ceil((top + height) / rowHeight) + SPARE_ROWS);
  return { frame, first, last: Math.max(first, last) };
}

function rowHeight(): number {
  return 2.25 * parseFloat(getComputedStyle(document.documentElement).fontSize);
}

function Head<Row>({ columns, query, sortedBy }: Pick<Properties<Row>, "columns" | "query" | "sortedBy">) {
  const sort = query.get("sort") ?? sortedBy;
  const descending = query.get("descending") === "true";
  const toggle = (id: string) =>
    setParameters({ sort: id === sortedBy ? "" : id, descending: id === sort && !descending ? "true" : "" });
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map((column) => (
          <th key={column.id} scope="col" class={`${column.from ?? ""} ${column.number ? "number" : ""}`}
            aria-sort={column.id === sort ? (descending ? "descending" : "ascending") : undefined}>
            {column.sorts === false ? column.title : (
              <button class="sort" onClick={() => toggle(column.id)}>{column.title}<span aria-hidden="true">{column.id === sort ? (descending ? " ↓" : " ↑") : ""}</span></button>
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Line<Row>({ row, index, columns, link }: { row: Row | undefined; index: number } & Pick<Properties<Row>, "columns" | "link">) {
  return (
    <tr aria-rowindex={index + 2} data-row={index} class={row ? "line" : "line waiting"}>
      {columns.map((column, place) => {
        const classes = `${column.from ?? ""} ${column.number ? "number" : ""}`;
        if (!row) return <td key={column.id} class={classes}>{place === 0 ? <span class="visually-hidden">Loading</span> : ""}</td>;
        if (place === 0) return <th key={column.id} scope="row" class={classes}><a href={link(row)}>{column.cell(row)}</a></th>;
        return <td key={column.id} class={classes}>{column.cell(row)}</td>;
      })}
    </tr>
  );
}

// Up and down go from link to link, so that a list can be read without a mouse.
function moveFocus(event: KeyboardEvent): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const line = (event.target as Element).closest("tr[data-row]");
  if (step === 0 || !line) return;
  const next = line.parentElement?.querySelector<HTMLElement>(`tr[data-row="${Number(line.getAttribute("data-row")) + step}"] a`);
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function openRow<Row>(event: MouseEvent, rows: Rows<Row>, link: (row: Row) => string): void {
  const target = event.target as Element;
  if (target.closest("a, button, input") || getSelection()?.toString()) return;
  const index = target.closest("tr[data-row]")?.getAttribute("data-row");
  const row = index === null || index === undefined ? undefined : rows.row(Number(index));
  if (row) go(link(row));
}

export function VirtualTable<Row>({ label, columns, rows, link, query, sortedBy }: Properties<Row>) {
  const total = rows.total ?? 0;
  const height = rowHeight();
  const { frame, first, last } = useWindow(total, height);
  useEffect(() => rows.show(first, Math.max(first, last - 1)), [first, last, total]);
  const sorting = query.toString();
  useEffect(() => { if (frame.current) frame.current.scrollTop = 0; }, [sorting]);
  return (
    <div class="virtual" ref={frame} role="region" aria-label={label} tabIndex={0} onKeyDown={moveFocus} onClick={(event) => openRow(event, rows, link)}>
      <table aria-rowcount={total + 1}>
        <caption class="visually-hidden">{label}</caption>
        <colgroup>{columns.map((column) => <col key={column.id} class={`${column.from ?? ""}${column.number || column.narrow ? " narrow" : ""}`} style={{ width: column.width }} />)}</colgroup>
        <Head columns={columns} query={query} sortedBy={sortedBy} />
        <tbody>
          {first > 0 && <tr aria-hidden="true" class="space"><td style={{ height: `${first * height}px` }} /></tr>}
          {Array.from({ length: last - first }, (_, place) => first + place).map((index) => (
            <Line key={index} index={index} row={rows.row(index)} columns={columns} link={link} />
          ))}
          {last < total && <tr aria-hidden="true" class="space"><td style={{ height: `${(total - last) * height}px` }} /></tr>}
        </tbody>
      </table>
      {rows.total === 0 && <p class="empty soft">Nothing matches these filters.</p>}
    </div>
  );
}
