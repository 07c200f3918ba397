// Numbers and times as people read them. All times are shown in UTC, since logs and letters name them so.

// Thin spaces between thousands: a comma means something else in half of Europe.
export function count(value: number): string {
  return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

export function percent(part: number, whole: number): string {
  if (whole === 0) return "–";
  return share(part / whole);
}

export function share(value: number): string {
  const hundred = value * 100;
  if (hundred > 0 && hundred < 0.95) return `${hundred.toFixed(1)}\u202f%`;
  return `${hundred < 10 && hundred % 1 !== 0 ? hundred.toFixed(1) : Math.round(hundred).toString()}\u202f%`;
}

export function signed(value: number): string {
  return value === 0 ? "±0" : `${value > 0 ? "+" : "−"}${count(Math.abs(value))}`;
}

export function day(time: string | null | undefined): string {
  return time ? time.slice(0, 10) : "";
}

export function minute(time: string | null | undefined): string {
  return time ? `${time.slice(0, 10)} ${time.slice(11, 16)}` : "";
}

export function secondsUtc(time: string | null | undefined): string {
  return time ? `${time.slice(0, 10)} ${time.slice(11, 19)} UTC` : "";
}

export function age(hours: number): string {
  if (hours < 1) return "less than an hour";
  if (hours < 48) return `${Math.round(hours)} h`;
  return `${Math.round(hours / 24)} days`;
}

export function bytes(size: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)}\u202f${units[unit]}`;
}

// Control and direction-changing characters made visible: a log line must not rearrange the page around it.
export function visible(raw: string): string {
  return raw.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, (character) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
