// A drawing of lanes over time: bars for stretches, points for moments, lines through all lanes for dates that matter to all.
// The words of each mark stand in its tooltip and in the tables beside the drawing.
import { day } from "../../look/format";
import type { Tone } from "../words";
import { timeTicks } from "./time_axis";
import { useWidth } from "./width";

export interface LaneMark {
  first: string;
  last?: string | null; // absent: a moment
  tone: Tone;
  label: string;
}
export interface Lane {
  name: string;
  marks: readonly LaneMark[];
}
export interface LaneDate {
  time: string;
  label: string;
}

const LANE = 34;
const BAR = 18;
const TOP = 26;
const LETTER = 6.4; // average width at the label's size

function stretch(lanes: readonly Lane[], dates: readonly LaneDate[]): [number, number] {
  const times = lanes.flatMap((lane) => lane.marks.flatMap((mark) => [mark.first, mark.last ?? mark.first])).concat(dates.map((date) => date.time));
  const known = times.map((time) => Date.parse(time)).filter((time) => !Number.isNaN(time));
  const first = Math.min(...known);
  const last = Math.max(...known, first + 86_400_000);
  const air = (last - first) * 0.03;
  return [first - air, last + air];
}

// Labels of dates that would run into the one before, or out of the drawing, are left out; their line keeps its tooltip.
function fittingDates(dates: readonly LaneDate[], x: (time: string) => number, right: number) {
  let free = 0;
  return dates.map((date) => {
    const width = date.label.length * LETTER;
    const end = x(date.time) + width > right;
    const left = end ? x(date.time) - width : x(date.time);
    const fits = left > free;
    if (fits) free = left + width + 8;
    return { ...date, fits, end };
  });
}

export function Lanes({ title, lanes, dates = [] }: { title: string; lanes: readonly Lane[]; dates?: readonly LaneDate[] }) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const left = width < 560 ? 8 : 150;
  const nameAbove = left === 8;
  const laneHeight = nameAbove ? LANE + 16 : LANE;
  const sorted = [...dates].sort((a, b) => a.time.localeCompare(b.time));
  const [first, last] = stretch(lanes, sorted);
  const x = (time: string | number) => left + (((typeof time === "number" ? time : Date.parse(time)) - first) / (last - first)) * (width - left - 8);
  const bottom = TOP + lanes.length * laneHeight;
  return (
    <div ref={frame} class="lanes">
      {width > 0 && lanes.some((lane) => lane.marks.length > 0) && (
        <svg width={width} height={bottom + 22} role="img" aria-label={title}>
          {timeTicks(first, last, width - left).map((tick) => (
            <g key={tick.time}>
              <line class="grid" x1={x(tick.time)} x2={x(tick.time)} y1={TOP} y2={bottom} />
              <text class="tick" x={x(tick.time)} y={bottom + 16} text-anchor="middle">{tick.label}</text>
            </g>
          ))}
          {fittingDates(sorted, x, width).map((date) => (
            <g key={`${date.time}${date.label}`}>
              <line class="date" x1={x(date.time)} x2={x(date.time)} y1={16} y2={bottom}><title>{`${day(date.time)}: ${date.label}`}</title></line>
              {date.fits && <text class="date-label" x={x(date.time)} y={11} text-anchor={date.end ? "end" : "start"}>{date.label}</text>}
            </g>
          ))}
          {lanes.map((lane, place) => {
            const y = TOP + place * laneHeight + (nameAbove ? 20 : 8);
            return (
              <g key={lane.name}>
                <line class="grid" x1={0} x2={width} y1={TOP + place * laneHeight} y2={TOP + place * laneHeight} />
                <text class="lane" x={0} y={nameAbove ? y - 7 : y + 14}>{lane.name}</text>
                {lane.marks.map((mark, index) => <MarkShape key={index} mark={mark} x={x} y={y} />)}
              </g>
            );
          })}
        </svg>
      )}
    </div>
  );
}

function MarkShape({ mark, x, y }: { mark: LaneMark; x: (time: string) => number; y: number }) {
  const words = mark.last ? `${mark.label}: ${day(mark.first)} to ${day(mark.last)}` : `${mark.label}: ${mark.first.replace("T", " ").slice(0, 16)}`;
  if (!mark.last) return <circle class={`mark ${mark.tone}`} cx={x(mark.first)} cy={y + BAR / 2} r={6}><title>{words}</title></circle>;
  const from = x(mark.first);
  const wide = Math.max(4, x(mark.last) - from);
  return (
    <g>
      <rect class={`mark ${mark.tone}`} x={from} y={y} width={wide} height={BAR} rx={2}><title>{words}</title></rect>
      {wide > mark.label.length * LETTER + 10 && <text class="bar-label" x={from + 5} y={y + 13}>{mark.label}</text>}
    </g>
  );
}
