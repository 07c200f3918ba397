// What the figures of the picture are called.
export const HEADLINES: Record<string, string> = {
  exposed: "Servers on the network", unpatched: "Unpatched", "unknown-build": "Build not told", backdoored: "Back-doored",
  "re-entered": "Back door used again", "organisations-hit": "Organisations hit", notified: "Organisations notified", clean: "Clean, and checked",
};

export const STEPS: Record<string, string> = {
  exposed: "Exposed", unpatched: "Unpatched", exploited: "Exploited", backdoored: "Back-doored", "re-entered": "Re-entered",
  notified: "Notified", reached: "Reached", patched: "Patched", clean: "Clean",
};

export const STATES: readonly [id: string, title: string, parameters: Record<string, string> | undefined][] = [
  ["unpatched", "Unpatched", { exposure: "unpatched" }], ["unsupported", "Unsupported", { exposure: "unsupported" }],
  ["build-ambiguous", "Ambiguous", { exposure: "build-ambiguous" }], ["unknown", "Unknown", { exposure: "unknown" }],
  ["patched", "Patched", { exposure: "patched" }], ["not-affected", "Not affected", { exposure: "not-affected" }],
  ["exploited", "Exploited", { stage: "exploited" }], ["backdoored", "Back-doored", { stage: "backdoored" }], ["re-entered", "Re-entered", { stage: "re-entered" }],
  ["notified", "Notified", { stage: "notified" }], ["reached", "Reached", { stage: "reached" }], ["clean", "Clean", { stage: "clean" }],
];
