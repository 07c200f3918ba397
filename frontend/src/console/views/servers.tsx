import type { Server } from "../../api/types";
import { ListView } from "../lists/list_view";
import type { Column } from "../lists/virtual_table";
import { CaseBadge, CompromiseBadge, ExposureBadge, Time } from "../parts/parts";
import { address } from "../router";
import { CASE_STATES, COMPROMISES, compromiseWord, EXPOSURES, exposureWord, SECTOR_IDS, sectorName } from "../words";

const COLUMNS: readonly Column<Server>[] = [
  { id: "address", title: "Server", width: "13rem", cell: (row) => <>{row.subject}</> },
  { id: "name", title: "Name", width: "14rem", from: "wide", cell: (row) => row.name },
  { id: "organisation", title: "Organisation", width: "16rem", from: "medium", cell: (row) => row.organisation_name || row.organisation },
  { id: "sector", title: "Sector", width: "11rem", from: "wide", cell: (row) => (row.sector ? sectorName(row.sector) : "") },
  { id: "country", title: "Country", width: "5rem", from: "medium", cell: (row) => row.country },
  { id: "exposure", title: "Exposure", width: "8.5rem", cell: (row) => <ExposureBadge value={row.exposure} /> },
  { id: "compromise", title: "Compromise", width: "8rem", cell: (row) => <CompromiseBadge value={row.compromise} /> },
  { id: "case_state", title: "Case", width: "8rem", from: "medium", cell: (row) => <CaseBadge value={row.case_state} /> },
  { id: "last_seen", title: "Last seen", width: "9.5rem", from: "wide", cell: (row) => <Time value={row.last_seen} /> },
];

const CHOICES = [
  { parameter: "exposure", title: "Exposure", values: EXPOSURES.map((value) => [value, exposureWord(value).text] as const) },
  { parameter: "compromise", title: "Compromise", values: COMPROMISES.map((value) => [value, compromiseWord(value).text] as const) },
  { parameter: "at_least", title: "At least", values: COMPROMISES.slice(1).map((value) => [value, compromiseWord(value).text] as const) },
  { parameter: "case_state", title: "Case", values: CASE_STATES.map((value) => [value, value] as const) },
  { parameter: "sector", title: "Sector", values: SECTOR_IDS.map((value) => [value, sectorName(value)] as const) },
  { parameter: "present", title: "On the network", values: [["true", "seen on the last day"], ["false", "gone"]] as const },
];

export function ServersView() {
  return (
    <ListView<Server> view="servers" title="Servers" choices={CHOICES} columns={COLUMNS} kinds={["servers"]} sortedBy="address" exports
      link={(row) => address(["servers", row.subject])} />
  );
}
