import type { AuditEntry } from "../../api/types";
import { ListView } from "../lists/list_view";
import type { Column } from "../lists/virtual_table";
import { Badge, Time } from "../parts/parts";
import { address } from "../router";

const OUTCOME = { done: "good", refused: "bad", failed: "warn" } as const;

const COLUMNS: readonly Column<AuditEntry>[] = [
  { id: "time", title: "When", width: "10rem", sorts: false, cell: (row) => <Time value={row.time} /> },
  { id: "actor", title: "Who", width: "9rem", narrow: true, sorts: false, cell: (row) => row.actor || "nobody" },
  { id: "action", title: "What", width: "12rem", sorts: false, cell: (row) => row.action },
  { id: "subject", title: "About", width: "13rem", from: "medium", sorts: false, cell: (row) => row.subject },
  { id: "address", title: "From", width: "10rem", from: "wide", sorts: false, cell: (row) => row.address },
  { id: "outcome", title: "Result", width: "7rem", narrow: true, sorts: false, cell: (row) => <Badge tone={OUTCOME[row.outcome] ?? "none"}>{row.outcome}</Badge> },
];

// The link of an entry shows all that its person did.
export function AuditView() {
  return (
    <ListView<AuditEntry> view="audit" title="Audit" choices={[]} columns={COLUMNS} kinds={["cases", "notices"]} sortedBy="time"
      link={(row) => address(["audit"], { actor: row.actor })} />
  );
}
