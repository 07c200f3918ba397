// uPlot with our colours. The canvas says nothing to a screen reader, so each chart stands beside a table of its figures.
import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { count } from "../../look/format";
import { token, useDark, useWidth } from "../parts/width";

export interface Series {
  label: string;
  values: readonly (number | null)[];
  token: string; // a colour of tokens.css
  kind: "line" | "dashed" | "bars";
  fill?: string;
}
export interface Shade {
  first: string;
  last: string;
  label: string;
}
export interface DateLine {
  time: string;
  label: string;
}
interface Properties {
  label: string;
  days: readonly string[];
  series: readonly Series[];
  height?: number;
  shades?: readonly Shade[];
  dates?: readonly DateLine[];
  sync?: string;
}

const seconds = (time: string) => Date.parse(time) / 1000;
const FONT = '12px system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif';

function seriesOf(one: Series): UPlot.Series {
  const stroke = token(one.token);
  return {
    label: one.label,
    stroke,
    width: one.kind === "bars" ? 0 : 2,
    points: { show: false },
    value: (_, value) => (value === null ? "–" : count(value)),
    ...(one.kind === "dashed" ? { dash: [5, 4] } : {}),
    ...(one.fill ? { fill: token(one.fill) } : {}),
    ...(one.kind === "bars" ? { paths: UPlot.paths.bars!({ size: [0.82, 40] }), fill: stroke } : {}),
  };
}

function drawShades(chart: UPlot, shades: readonly Shade[]): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px ${FONT.slice(5)}`;
  ctx.textAlign = "left";
  for (const shade of shades) {
    const left = Math.max(bbox.left, chart.valToPos(seconds(shade.first), "x", true));
    const right = Math.min(bbox.left + bbox.width, chart.valToPos(seconds(shade.last) + 86400, "x", true));
    if (right <= left) continue;
    ctx.fillStyle = token("--warn-tint");
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.fillStyle = token("--warn");
    ctx.fillText(shade.label, left + 4 * devicePixelRatio, bbox.top + 13 * devicePixelRatio, Math.max(20, right - left - 6));
  }
  ctx.restore();
}

function drawDates(chart: UPlot, dates: readonly DateLine[]): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = token("--soft");
  ctx.fillStyle = token("--soft");
  ctx.font = `${11 * devicePixelRatio}px ${FONT.slice(5)}`;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  let free = -Infinity;
  for (const date of dates) {
    const x = Math.round(chart.valToPos(seconds(date.time), "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top - 16 * devicePixelRatio);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const wide = ctx.measureText(date.label).width;
    const atEnd = x + wide > bbox.left + bbox.width;
    const from = atEnd ? x - wide - 4 : x + 4;
    if (from <= free) continue;
    ctx.fillText(date.label, from, bbox.top - 8 * devicePixelRatio);
    free = from + wide + 10;
  }
  ctx.restore();
}

function options(width: number, { label, series, height = 240, shades = [], dates = [], sync }: Properties): UPlot.Options {
  const axis: UPlot.Axis = { stroke: token("--soft"), font: FONT, grid: { stroke: token("--rule"), width: 1 }, ticks: { stroke: token("--rule"), width: 1 } };
  return {
    width,
    height,
    padding: [dates.length > 0 ? 24 : 10, 12, 0, 0],
    tzDate: (time) => UPlot.tzDate(new Date(time * 1000), "Etc/UTC"),
    cursor: { drag: { x: false, y: false }, ...(sync ? { sync: { key: sync } } : {}) },
    legend: { live: true },
    scales: { x: { time: true }, y: { range: (_chart, low, high) => [Math.min(0, low), Math.max(1, high * 1.08)] } },
    axes: [
      { ...axis, values: [[86400 * 365, "{YYYY}", null, null, null, null, null, null, 1], [86400 * 28, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1], [86400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1], [3600, "{HH}:{mm}", "\n{D} {MMM}", null, null, null, null, null, 1]] },
      { ...axis, size: 62, values: (_chart, values) => values.map((value) => count(value)) },
    ],
    series: [{ label, value: (_, value) => (value === null ? "" : new Date(value * 1000).toISOString().slice(0, 10)) }, ...series.map(seriesOf)],
    hooks: { drawClear: [(chart) => drawShades(chart, shades)], draw: [(chart) => drawDates(chart, dates)] },
  };
}

export function TimeChart(properties: Properties) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const chart = useRef<UPlot | undefined>(undefined);
  const dark = useDark();
  useEffect(() => {
    if (!frame.current || width === 0) return;
    const data = [properties.days.map(seconds), ...properties.series.map((one) => [...one.values])] as UPlot.AlignedData;
    chart.current = new UPlot(options(width, properties), data, frame.current);
    return () => chart.current?.destroy();
  }, [width, dark, properties.days, properties.series]);
  return <div class="chart" ref={frame} />;
}
