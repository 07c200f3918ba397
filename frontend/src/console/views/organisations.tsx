import type { Organisation } from "../../api/types";
import { count } from "../../look/format";
import { ListView } from "../lists/list_view";
import type { Column } from "../lists/virtual_table";
import { CaseBadge, CompromiseBadge } from "../parts/parts";
import { address } from "../router";
import { countryName, SECTOR_IDS, sectorName } from "../words";

const COLUMNS: readonly Column<Organisation>[] = [
  { id: "name", title: "Organisation", width: "18rem", cell: (row) => row.name || row.id },
  { id: "sector", title: "Sector", width: "12rem", from: "medium", cell: (row) => sectorName(row.sector) },
  { id: "country", title: "Country", width: "8rem", from: "wide", cell: (row) => countryName(row.country) },
  { id: "region", title: "Region", width: "8rem", from: "wide", cell: (row) => row.region },
  { id: "servers", title: "Servers", width: "6rem", number: true, cell: (row) => count(row.servers) },
  { id: "open", title: "Open", width: "5rem", number: true, cell: (row) => count(row.open) },
  { id: "compromise", title: "Worst", width: "8.5rem", cell: (row) => <CompromiseBadge value={row.compromise} /> },
  { id: "case_state", title: "Case", width: "9rem", from: "medium", sorts: false, cell: (row) => <CaseBadge value={row.case_state} /> },
];

const CHOICES = [{ parameter: "sector", title: "Sector", values: SECTOR_IDS.map((value) => [value, sectorName(value)] as const) }];

export function OrganisationsView() {
  return (
    <ListView<Organisation> view="organisations" title="Organisations" choices={CHOICES} columns={COLUMNS} kinds={["servers", "cases"]} sortedBy="id" exports
      link={(row) => address(["organisations", row.id])} />
  );
}
