// The made-up picture. Figures fit the shapes, not each other to the last digit.
import { CAMPAIGN, CLUSTERS, NOW, SERVERS, time } from "./country.mjs";
import { chance } from "./random.mjs";

const band = (value, spread = 0) => ({ value, low: Math.round(value * (1 - spread)), high: Math.round(value * (1 + spread * 1.4)) });
const list = (parameters, view = "servers") => ({ view, parameters });
const day = (offset) => time(offset).slice(0, 10);

function headlines() {
  const of = (id, count, unit, what, denominator, change, behind) => ({ id, count, unit, of: what, denominator, change_7_days: change, list: behind });
  return [
    of("exposed", band(376_204), "servers", "servers ever seen", SERVERS, -1_820, list({ present: "true" })),
    of("unpatched", band(36_412, 0.11), "servers", "servers on the network", 376_204, -9_204, list({ exposure: "unpatched" })),
    of("unknown-build", band(75_300), "servers", "servers on the network", 376_204, -310, list({ exposure: "build-ambiguous" })),
    of("backdoored", band(23_871, 0.08), "servers", "servers that were hunted or seen", 70_930, 1_204, list({ at_least: "backdoored" })),
    of("re-entered", band(1_986, 0.2), "servers", "back-doored servers that were hunted", 21_440, 88, list({ at_least: "re-entered" })),
    of("organisations-hit", band(19_207, 0.07), "organisations", "organisations of the constituency", 262_000, 902, list({ sort: "compromise", descending: "true" }, "organisations")),
    of("notified", band(26_118), "cases", "open cases", 30_000, 6_400, list({ state: "sent" }, "cases")),
    of("clean", band(1_802), "cases", "open cases", 30_000, 740, list({ state: "clean" }, "cases")),
  ];
}

function funnel() {
  const row = (id, servers, organisations, of, denominator, behind) => ({ id, servers, organisations, of, denominator, list: behind, organisations_list: list({}, "organisations") });
  return [
    row("exposed", band(376_204), band(251_000, 0.02), "servers ever seen", SERVERS, list({ present: "true" })),
    row("unpatched", band(212_900, 0.14), band(148_300, 0.14), "servers seen, on the day of the patch", 376_204, list({ exposure: "unpatched" })),
    row("exploited", band(31_640, 0.12), band(25_110, 0.12), "servers that were hunted or seen", 70_930, list({ at_least: "exploited" })),
    row("backdoored", band(23_871, 0.08), band(19_207, 0.07), "exploited servers", 31_640, list({ at_least: "backdoored" })),
    row("re-entered", band(1_986, 0.2), band(1_740, 0.2), "back-doored servers that were hunted", 21_440, list({ at_least: "re-entered" })),
    row("notified", band(30_912), band(26_118), "servers with a case", 35_120, list({ state: "sent" }, "cases")),
    row("reached", band(12_240), band(10_310), "servers notified", 30_912, list({ state: "reached" }, "cases")),
    row("patched", band(9_870), band(8_204), "servers notified", 30_912, list({ state: "patched" }, "cases")),
    row("clean", band(2_011), band(1_802), "servers notified", 30_912, list({ state: "clean" }, "cases")),
  ];
}

function curve() {
  const draw = chance(7);
  return Array.from({ length: 42 }, (_, place) => {
    const open = place < 4 ? 212_900 : 36_412 + 176_000 * Math.exp(-(place - 4) / 8.5);
    const total = 378_000 - place * 60;
    const unknown = 75_300 + Math.round(400 * Math.sin(place / 5));
    return { day: day(place - 1), unpatched: Math.round(open * 0.8), unsupported: Math.round(open * 0.2), unknown, patched: Math.round(total - open - unknown), appeared: 600 + draw.below(500), gone: 700 + draw.below(500), doubtful: false };
  });
}

function epidemic() {
  const draw = chance(9);
  const hump = (place, peak, width, size) => size * Math.exp(-((place - peak) ** 2) / (2 * width * width));
  return Array.from({ length: 42 }, (_, place) => {
    const rate = 6 + hump(place, 4.5, 1.2, 6_900) + hump(place, 9.5, 2.4, 1_500) + hump(place, 19, 2, 320);
    const delay = place > 34 ? 1 - (place - 34) / 9 : 1;
    const exploited = Math.round(rate * delay * (0.9 + draw.next() * 0.2));
    return { day: day(place), exploited, backdoored: Math.round(exploited * 0.74), reentered: Math.round(hump(place, 12, 5, 130) * (0.8 + draw.next() * 0.4)), expected: place > 34 ? { value: Math.round(rate), low: Math.round(rate * 0.6), high: Math.round(rate * 1.7) } : null };
  });
}

const COUNTRY_FIGURES = [["DE", 98_400, 9_120, 8_310, 6_502], ["US", 81_200, 7_300, 7_900, 5_870], ["GB", 34_100, 2_870, 2_410, 1_790], ["FR", 27_000, 2_910, 1_880, 1_402], ["NL", 21_900, 1_210, 1_330, 990], ["IT", 22_400, 3_650, 2_300, 1_755], ["AT", 15_100, 1_490, 1_420, 1_120], ["CH", 12_000, 840, 760, 544], ["ES", 11_200, 1_390, 860, 640], ["PL", 7_700, 910, 510, 388], ["CZ", 7_400, 1_220, 900, 721], ["CA", 6_100, 470, 420, 310], ["BR", 5_900, 1_130, 640, 470], ["SE", 5_400, 250, 240, 160], ["AU", 5_300, 400, 330, 240], ["IN", 4_600, 790, 380, 270], ["JP", 3_900, 330, 170, 120], ["BE", 3_800, 360, 260, 190], ["DK", 3_100, 170, 150, 104], ["TR", 2_700, 520, 330, 260], ["NO", 2_600, 120, 110, 75], ["MX", 2_300, 430, 230, 171], ["ZA", 2_200, 340, 190, 140], ["FI", 2_100, 90, 80, 52], ["MT", 140, 22, 16, 12]];
const SECTOR_FIGURES = [["nace:C", "Manufacturing", 63_900], ["nace:G", "Trade", 60_100], ["nace:M", "Professional services", 56_200], ["nace:O", "Public administration", 37_700], ["nace:Q", "Health", 33_900], ["nace:P", "Education", 30_100], ["nace:F", "Construction", 26_400], ["nace:J", "Information", 22_600], ["nace:K", "Finance", 15_000], ["nace:H", "Transport", 15_000], ["nace:D", "Energy", 7_500], ["nace:E", "Water and waste", 5_600], ["", "", 18_800]];

function sectors() {
  const draw = chance(11);
  return SECTOR_FIGURES.map(([sector, name, servers]) => {
    const part = (share) => Math.round(servers * share * (0.6 + draw.next() * 0.8));
    const hit = part(0.085);
    return { sector, name, servers, states: { unpatched: part(0.09), unsupported: part(0.03), "build-ambiguous": part(0.14), unknown: part(0.06), patched: part(0.6), exploited: hit, backdoored: Math.round(hit * 0.75), "re-entered": Math.round(hit * 0.06), notified: Math.round(hit * 0.9), reached: Math.round(hit * 0.4), clean: Math.round(hit * 0.07) } };
  });
}

export function secondGroup() {
  return {
    says: "C-01 and C-02 meet on more servers than chance would have it, and C-02 came three days later, mostly to servers that C-01 had opened. That fits a second group using the same list of servers; it does not prove one.",
    pairs: [
      { first: CLUSTERS[0], second: CLUSTERS[1], of: 22_750, with_first: 12_220, with_second: 6_914, both: 1_204, expected: 410.2, p: 0.0000001, meets: "more-than-chance", days_between: 3 },
      { first: CLUSTERS[0], second: CLUSTERS[2], of: 22_750, with_first: 12_220, with_second: 2_778, both: 88, expected: 94.6, p: 0.72, meets: "as-chance", days_between: 9 },
    ],
  };
}

export function situation() {
  return {
    as_of: NOW, campaign: CAMPAIGN, headlines: headlines(), funnel: funnel(), reentry: { used: 1_986, hunted: 21_440, low: 0.089, high: 0.097 }, curve: curve(),
    half_lives: [["", 9.4, 9.1, 9.8, 212_900, 176_488], ["nace:K", 5.1, 4.7, 5.6, 8_410, 7_902], ["nace:O", 7.7, 7.2, 8.3, 20_900, 18_120], ["nace:Q", 11.8, 10.9, 12.9, 18_700, 14_200], ["nace:P", 14.2, 12.8, 16, 16_300, 11_890], ["nace:E", 31, 22, null, 3_020, 1_310]].map(([group, days, low, high, servers, patched]) => ({ group, days, low, high, servers, patched, method: days > 20 ? "exponential" : "kaplan-meier" })),
    survival: [[0, 1], [5, 0.68], [10, 0.48], [20, 0.27], [37, 0.171]].map(([days, open]) => ({ days, open, low: Math.max(0, open - 0.01), high: Math.min(1, open + 0.01) })),
    epidemic: epidemic(),
    waves: [{ number: 1, first: day(2), last: day(7), peak: day(4), servers: 20_940, strength: 41.2, says: "Begins before the patch was published.", list: list({ moment: "exploited", from: day(2), until: day(7) }) }, { number: 2, first: day(8), last: day(13), peak: day(10), servers: 7_830, strength: 6.1, says: "", list: list({ moment: "exploited", from: day(8), until: day(13) }) }, { number: 3, first: day(17), last: day(21), peak: day(19), servers: 1_510, strength: 3.4, says: "", list: list({ moment: "exploited", from: day(17), until: day(21) }) }],
    dates: [["2021-03-02T21:00:00Z", "patch published"], ["2021-03-10T18:00:00Z", "public exploit"], ["2021-03-15T18:00:00Z", "one-click mitigation"]].map(([at, label]) => ({ time: at, label })),
    countries: COUNTRY_FIGURES.map(([country, servers, unpatched, exploited, backdoored]) => ({ country, servers, unpatched, exploited, backdoored })),
    sectors: sectors(),
    sources: [{ name: "scan", last: "2021-04-09T03:12:00Z", age_hours: 2.8, coverage: 0.962, says: "" }, { name: "shadowserver", last: "2021-04-06T09:00:00Z", age_hours: 69, coverage: null, says: "Daily, three days late." }, { name: "hunt", last: "2021-04-09T05:40:00Z", age_hours: 0.3, coverage: null, says: "Reports of victims and responders." }],
    blind_spots: [
      { says: "Scans tell the cumulative update only: these servers may be patched or not. If they are like the others, a tenth of them is open.", servers: 75_300, list: list({ exposure: "build-ambiguous" }) },
      { says: "Nobody has looked into these: what is known of break-ins comes from the other fifth.", servers: 305_274, list: list({ compromise: "not-hunted" }) },
      { says: "Not attributed to any organisation, so nobody can be told.", servers: 28_000, list: null },
      { says: "312 networks asked not to be scanned.", servers: null, list: null },
    ],
    second_group: secondGroup(),
  };
}
