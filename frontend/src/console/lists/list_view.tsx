// A list as a whole view: title with its count, filters, saved views, export, table.
import type { ComponentChildren } from "preact";
import { count } from "../../look/format";
import type { Kind } from "../live";
import { ProblemNote } from "../parts/parts";
import { usePlace } from "../router";
import { useMay } from "../session";
import { type Choice, Filters } from "./filters";
import { type Rows, useRows } from "./pages";
import { SavedViews } from "./saved_views";
import { type Column, VirtualTable } from "./virtual_table";

interface Properties<Row> {
  view: string; // its path here and in the API
  title: string;
  choices: readonly Choice[];
  columns: readonly Column<Row>[];
  kinds: readonly Kind[];
  link: (row: Row) => string;
  sortedBy: string;
  exports?: boolean;
  above?: (rows: Rows<Row>, query: URLSearchParams) => ComponentChildren;
}

function Export({ view, query }: { view: string; query: URLSearchParams }) {
  if (!useMay("analyst")) return null;
  const path = (format: string) => {
    const all = new URLSearchParams(query);
    all.set("format", format);
    return `/api/v1/${view}/export?${all.toString()}`;
  };
  return <span class="export">Export <a href={path("csv")} download>CSV</a> <a href={path("json")} download>JSON</a></span>;
}

export function ListView<Row>({ view, title, choices, columns, kinds, link, sortedBy, exports = false, above }: Properties<Row>) {
  const { query } = usePlace();
  const rows = useRows<Row>(`/${view}`, query.toString(), kinds);
  return (
    <div class="list-view">
      <div class="list-head">
        <h1>{title} <span class="total soft" role="status">{rows.total === undefined ? "…" : count(rows.total)}</span></h1>
        <div class="list-tools"><SavedViews view={view} />{exports && <Export view={view} query={query} />}</div>
      </div>
      <Filters query={query} choices={choices} />
      {above?.(rows, query)}
      {rows.problem && <ProblemNote problem={rows.problem} again={rows.again} />}
      <VirtualTable label={title} columns={columns} rows={rows} link={link} query={query} sortedBy={sortedBy} />
    </div>
  );
}
