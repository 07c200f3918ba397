// Ticks for a stretch of time, at days, weeks, months or years, never closer than a label is wide.
export interface Tick {
  time: number; // ms since 1970
  label: string;
}

const DAY = 86_400_000;
const STEPS_IN_DAYS = [1, 2, 7, 14];
const STEPS_IN_MONTHS = [1, 3, 6, 12, 24, 60];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function label(time: Date, withYear: boolean): string {
  const dayAndMonth = `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]}`;
  return withYear ? `${dayAndMonth} ${time.getUTCFullYear()}` : dayAndMonth;
}

function dayTicks(first: number, last: number, step: number): Tick[] {
  const ticks: Tick[] = [];
  for (let time = Math.ceil(first / (step * DAY)) * step * DAY; time <= last; time += step * DAY) {
    ticks.push({ time, label: label(new Date(time), ticks.length === 0) });
  }
  return ticks;
}

function monthTicks(first: number, last: number, step: number): Tick[] {
  const ticks: Tick[] = [];
  const begin = new Date(first);
  for (let month = begin.getUTCFullYear() * 12 + begin.getUTCMonth(); ; month += 1) {
    const time = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (time > last) return ticks;
    if (time < first || month % step !== 0) continue;
    ticks.push({ time, label: `${MONTHS[month % 12]} ${Math.floor(month / 12)}` });
  }
}

export function timeTicks(first: number, last: number, width: number, labelWidth = 84): Tick[] {
  const most = Math.max(1, Math.floor(width / labelWidth));
  const days = (last - first) / DAY;
  const inDays = STEPS_IN_DAYS.find((step) => days / step <= most);
  if (inDays) return dayTicks(first, last, inDays);
  const inMonths = STEPS_IN_MONTHS.find((step) => days / 30.4 / step <= most) ?? 120;
  return monthTicks(first, last, inMonths);
}
