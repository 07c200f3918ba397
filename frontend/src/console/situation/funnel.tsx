// From exposed to clean. Bars are servers; what is certain is filled, what is possible is hatched; each share names its denominator.
import type { FunnelStep, Situation } from "../../api/types";
import { count, percent } from "../../look/format";
import { bandWords, listAddress } from "../parts/parts";
import { STEPS } from "./names";

const TONES: Record<string, string> = { exposed: "none", unpatched: "warn", exploited: "bad", backdoored: "bad", "re-entered": "bad", notified: "info", reached: "info", patched: "good", clean: "good" };

function Bar({ step, most }: { step: FunnelStep; most: number }) {
  const wide = (value: number) => `${(value / most) * 100}%`;
  const { low, value, high } = step.servers;
  return (
    <svg class={`funnel-bar ${TONES[step.id] ?? "none"}`} width="100%" height="18" aria-hidden="true">
      <rect class="ground" width="100%" height="18" />
      <rect class="possible" width={wide(high)} height="18" />
      <rect class="counted" width={wide(value)} height="18" />
      <rect class="certain" width={wide(low)} height="18" />
    </svg>
  );
}

export function Funnel({ situation }: { situation: Situation }) {
  const most = Math.max(1, ...situation.funnel.map((step) => step.servers.high));
  return (
    <table class="funnel">
      <thead><tr><th scope="col">Step</th><th scope="col" class="number">Servers</th><th scope="col" class="bar"><span class="visually-hidden">Bar</span></th><th scope="col" class="number">Share</th><th scope="col" class="wide">Of</th><th scope="col" class="number">Organisations</th></tr></thead>
      <tbody>{situation.funnel.map((step) => (
        <tr key={step.id}>
          <th scope="row">{STEPS[step.id] ?? step.id}</th>
          <td class="number"><a href={listAddress(step.list)} aria-label={`${STEPS[step.id] ?? step.id}: ${count(step.servers.value)} servers, show the list`}>{count(step.servers.value)}</a><div class="soft band">{bandWords(step.servers)}</div></td>
          <td class="bar"><Bar step={step} most={most} /></td>
          <td class="number">{percent(step.servers.value, step.denominator)}</td>
          <td class="soft wide">{count(step.denominator)} {step.of}</td>
          <td class="number"><a href={listAddress(step.organisations_list)} aria-label={`${STEPS[step.id] ?? step.id}: ${count(step.organisations.value)} organisations, show the list`}>{count(step.organisations.value)}</a><div class="soft band">{bandWords(step.organisations)}</div></td>
        </tr>
      ))}</tbody>
    </table>
  );
}
