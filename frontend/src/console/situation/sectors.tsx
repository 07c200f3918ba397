// Sector by state. The stronger a cell's colour, the larger its share of the sector's servers.
import type { SectorCount, Situation } from "../../api/types";
import { count, percent } from "../../look/format";
import { Frame, Section, ServersFigure } from "../parts/parts";
import { sectorName } from "../words";
import { STATES } from "./names";

const HEAT_LIMITS = [0.02, 0.1, 0.25, 0.5];
const COLD = new Set(["patched", "not-affected", "notified", "reached", "clean"]); // good news needs no heat

function heat(id: string, part: number, whole: number): string {
  if (part === 0 || whole === 0 || COLD.has(id)) return "";
  return `heat-${1 + HEAT_LIMITS.filter((limit) => part / whole >= limit).length}`;
}

const nameOf = (row: SectorCount) => (row.name && row.name !== row.sector ? row.name : sectorName(row.sector));

export function Sectors({ situation }: { situation: Situation }) {
  const states = STATES.filter(([id]) => situation.sectors.some((one) => one.states[id] !== undefined));
  const rows = [...situation.sectors].sort((a, b) => b.servers - a.servers);
  return (
    <Section id="sectors" title="Sectors" lead="Servers of attributed organisations. The stronger the colour, the larger the share of the sector's servers.">
      <Frame label="Sectors by state"><table class="matrix">
        <thead><tr><th scope="col">Sector</th><th scope="col" class="number">Servers</th>{states.map(([id, title]) => <th key={id} scope="col" class="number">{title}</th>)}</tr></thead>
        <tbody>{rows.map((row) => (
          <tr key={row.sector}><th scope="row">{nameOf(row)}</th><td class="number"><ServersFigure value={row.servers} parameters={{ sector: row.sector || "-" }} label={nameOf(row)} /></td>
            {states.map(([id, title, parameters]) => {
              const value = row.states[id] ?? 0;
              return <td key={id} class={`number ${heat(id, value, row.servers)}`} title={percent(value, row.servers)}>
                {parameters ? <ServersFigure value={value} parameters={{ sector: row.sector || "-", ...parameters }} label={`${nameOf(row)}, ${title}`} /> : count(value)}</td>;
            })}</tr>
        ))}</tbody></table></Frame>
    </Section>
  );
}
