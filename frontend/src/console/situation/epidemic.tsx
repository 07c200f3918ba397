// When servers were hit, by the time of the event. The last days always look like a decline, since reports come late: the
// dashed line says what is to be expected once they are in.
import { useMemo } from "preact/hooks";
import type { Situation } from "../../api/types";
import { count } from "../../look/format";
import { Frame, listAddress, Section, ServersFigure } from "../parts/parts";
import { type Series, TimeChart } from "./time_chart";

function Waves({ situation }: { situation: Situation }) {
  return (
    <Frame label="Waves"><table>
      <caption>Waves found in the curve</caption>
      <thead><tr><th scope="col">Wave</th><th scope="col">Days</th><th scope="col" class="number">Servers</th><th scope="col" class="number">Strength</th></tr></thead>
      <tbody>{situation.waves.map((wave) => (
        <tr key={wave.number}><th scope="row">{wave.number}</th><td>{wave.says}<div class="soft">Peak on <span class="time">{wave.peak}</span></div></td><td class="number"><a href={listAddress(wave.list)}>{count(wave.servers)}</a></td><td class="number">× {wave.strength.toFixed(1)}</td></tr>
      ))}</tbody></table></Frame>
  );
}

function DayTable({ situation }: { situation: Situation }) {
  return (
    <details><summary>Figures by day</summary><Frame label="Servers hit by day"><table>
      <thead><tr><th scope="col">Day</th><th scope="col" class="number">Exploited</th><th scope="col" class="number">Back-doored</th><th scope="col" class="number">Re-entered</th><th scope="col" class="number">Expected, with late reports</th></tr></thead>
      <tbody>{situation.epidemic.map((one) => (
        <tr key={one.day}><th scope="row" class="time">{one.day}</th>
          {(["exploited", "backdoored", "reentered"] as const).map((moment) => (
            <td key={moment} class="number"><ServersFigure value={one[moment]} parameters={{ moment, from: one.day, until: one.day }} /></td>
          ))}
          <td class="number">{one.expected ? `${count(one.expected.value)} (${count(one.expected.low)} to ${count(one.expected.high)})` : "–"}</td></tr>
      ))}</tbody></table></Frame></details>
  );
}

export function Epidemic({ situation }: { situation: Situation }) {
  const { epidemic, waves } = situation;
  const days = useMemo(() => epidemic.map((one) => one.day), [epidemic]);
  const series = useMemo((): Series[] => [
    { label: "Exploited", values: epidemic.map((one) => one.exploited), token: "--heat-4", kind: "bars" },
    { label: "Back-doored", values: epidemic.map((one) => one.backdoored), token: "--ink", kind: "line" },
    { label: "Re-entered", values: epidemic.map((one) => one.reentered), token: "--info", kind: "line" },
    { label: "Expected", values: epidemic.map((one) => one.expected?.value ?? null), token: "--soft", kind: "dashed" },
  ], [epidemic]);
  const lastDay = days[days.length - 1] ?? "";
  const shades = waves.map((wave) => ({ first: wave.first, last: wave.last ?? lastDay, label: `wave ${wave.number}` }));
  return (
    <Section id="epidemic" title="Break-ins" lead="Servers by the day on which they were hit, as far as hunts and sightings tell.">
      <div class="beside">
        <div><TimeChart label="Day" days={days} series={series} shades={shades} dates={situation.dates} height={280} /><DayTable situation={situation} /></div>
        <div><Waves situation={situation} /></div>
      </div>
    </Section>
  );
}
