// The words of DESIGN.md section 2 as people read them, with the colour that says the same.
export type Tone = "bad" | "warn" | "info" | "good" | "none";

interface Word {
  text: string;
  tone: Tone;
}

const EXPOSURE: Record<string, Word> = {
  unpatched: { text: "unpatched", tone: "bad" },
  unsupported: { text: "unsupported", tone: "bad" },
  "build-ambiguous": { text: "build ambiguous", tone: "warn" },
  unknown: { text: "unknown", tone: "none" },
  patched: { text: "patched", tone: "good" },
  "not-affected": { text: "not affected", tone: "good" },
  "": { text: "not scanned", tone: "none" },
};

const COMPROMISE: Record<string, Word> = {
  "not-hunted": { text: "not hunted", tone: "none" },
  "no-evidence": { text: "no evidence", tone: "good" },
  probed: { text: "probed", tone: "info" },
  exploited: { text: "exploited", tone: "warn" },
  backdoored: { text: "back-doored", tone: "bad" },
  "re-entered": { text: "re-entered", tone: "bad" },
};

const CASE_TONE: Record<string, Tone> = {
  bounced: "bad", silent: "warn", unreachable: "bad", reopened: "bad",
  reached: "info", acknowledged: "info", patched: "info", cleaning: "info", hunted: "info",
  clean: "good", rechecked: "good", closed: "good",
};

const NOTICE_TONE: Record<string, Tone> = {
  "in-doubt": "warn", sent: "info", delivered: "good", bounced: "bad", failed: "bad", sending: "info", approved: "info",
};

export const exposureWord = (value: string): Word => EXPOSURE[value] ?? { text: value, tone: "none" };
export const compromiseWord = (value: string): Word => COMPROMISE[value] ?? { text: value, tone: "none" };
export const caseWord = (value: string): Word => ({ text: value, tone: CASE_TONE[value] ?? "none" });
export const noticeWord = (value: string): Word => ({ text: value.replace("-", " "), tone: NOTICE_TONE[value] ?? "none" });
export const EXPOSURES = ["unpatched", "unsupported", "build-ambiguous", "unknown", "patched", "not-affected"];
export const COMPROMISES = ["not-hunted", "no-evidence", "probed", "exploited", "backdoored", "re-entered"];
export const CASE_STATES = ["found", "attributed", "planned", "approved", "sent", "delivered", "reached", "acknowledged", "patched", "cleaning",
  "hunted", "clean", "rechecked", "closed", "bounced", "silent", "unreachable", "reopened"];
export const NOTICE_STATES = ["planned", "approved", "sending", "in-doubt", "sent", "delivered", "bounced", "failed", "cancelled"];
export const CHANNELS = ["email", "letter", "phone", "provider"];
export const REASONS = ["unpatched", "exploited", "backdoored", "re-entered"];

const SECTORS: Record<string, string> = {
  A: "Agriculture", B: "Mining", C: "Manufacturing", D: "Energy", E: "Water and waste", F: "Construction", G: "Trade", H: "Transport",
  I: "Hotels and food", J: "Information", K: "Finance", L: "Real estate", M: "Professional services", N: "Support services",
  O: "Public administration", P: "Education", Q: "Health", R: "Arts and sport", S: "Other services",
};
export const SECTOR_IDS = Object.keys(SECTORS).map((letter) => `nace:${letter}`);

// NACE Rev. 2 sections by name, any other classification as it is.
export function sectorName(sector: string): string {
  if (sector === "") return "not known";
  return (sector.startsWith("nace:") && SECTORS[sector.slice(5, 6)]) || sector;
}

const REGIONS = typeof Intl === "undefined" ? undefined : new Intl.DisplayNames(["en"], { type: "region", fallback: "code" });
export function countryName(country: string): string {
  if (country === "") return "not known";
  try {
    return REGIONS?.of(country) ?? country;
  } catch {
    return country;
  }
}
