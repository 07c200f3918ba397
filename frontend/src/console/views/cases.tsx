import type { Case } from "../../api/types";
import { ListView } from "../lists/list_view";
import type { Column } from "../lists/virtual_table";
import { CaseBadge, CompromiseBadge, Time } from "../parts/parts";
import { address } from "../router";
import { CASE_STATES, CHANNELS, REASONS } from "../words";

const COLUMNS: readonly Column<Case>[] = [
  { id: "number", title: "Case", width: "11rem", cell: (row) => row.number },
  { id: "organisation", title: "Organisation", width: "17rem", from: "medium", cell: (row) => row.organisation_name || row.organisation },
  { id: "reason", title: "Reason", width: "8rem", cell: (row) => (row.reason === "unpatched" ? <span class="badge warn">unpatched</span> : <CompromiseBadge value={row.reason} />) },
  { id: "state", title: "State", width: "9rem", cell: (row) => <CaseBadge value={row.state} /> },
  { id: "state_since", title: "Since", width: "9.5rem", from: "medium", cell: (row) => <Time value={row.state_since} /> },
  { id: "channel", title: "Channel", width: "7rem", from: "wide", sorts: false, cell: (row) => row.channel },
  { id: "notified", title: "Notified", width: "9.5rem", from: "wide", cell: (row) => <Time value={row.notified} /> },
  { id: "reached", title: "Reached", width: "9.5rem", from: "wide", cell: (row) => <Time value={row.reached} /> },
];

const CHOICES = [
  { parameter: "state", title: "State", values: CASE_STATES.map((value) => [value, value] as const) },
  { parameter: "reason", title: "Reason", values: REASONS.map((value) => [value, value] as const) },
  { parameter: "channel", title: "Channel", values: CHANNELS.map((value) => [value, value] as const) },
];

export function CasesView() {
  return <ListView<Case> view="cases" title="Cases" choices={CHOICES} columns={COLUMNS} kinds={["cases"]} sortedBy="number" link={(row) => address(["cases", row.number])} />;
}
