// Counts by day as bars, for series short enough to be drawn as such.
import { count } from "../../look/format";
import { timeTicks } from "./time_axis";
import { useWidth } from "./width";

const HEIGHT = 140;
const TOP = 14;

export function Bars({ title, days }: { title: string; days: readonly { day: string; value: number }[] }) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const most = Math.max(1, ...days.map((one) => one.value));
  const first = Date.parse(days[0]?.day ?? "2021-01-01");
  const last = Date.parse(days[days.length - 1]?.day ?? "2021-01-02") + 86_400_000;
  const x = (time: number) => ((time - first) / (last - first)) * width;
  const bar = Math.max(1, (width / Math.max(1, (last - first) / 86_400_000)) - 1);
  return (
    <div ref={frame} class="lanes">
      {width > 0 && days.length > 0 && (
        <svg width={width} height={HEIGHT + 22} role="img" aria-label={`${title}; at most ${most} on one day`}>
          <text class="tick" x={0} y={10}>{count(most)}</text>
          <line class="grid" x1={0} x2={width} y1={TOP} y2={TOP} />
          {days.map((one) => {
            const height = (one.value / most) * (HEIGHT - TOP);
            return <rect key={one.day} class="mark bad solid" x={x(Date.parse(one.day))} y={HEIGHT - height} width={bar} height={height}><title>{`${one.day}: ${one.value}`}</title></rect>;
          })}
          <line class="grid" x1={0} x2={width} y1={HEIGHT} y2={HEIGHT} />
          {timeTicks(first, last, width).filter((tick) => x(tick.time) > 30 && x(tick.time) < width - 30).map((tick) => <text key={tick.time} class="tick" x={x(tick.time)} y={HEIGHT + 16} text-anchor="middle">{tick.label}</text>)}
        </svg>
      )}
    </div>
  );
}
