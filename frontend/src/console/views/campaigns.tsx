import type { Campaigns } from "../../api/types";
import { count, day } from "../../look/format";
import { Lanes } from "../parts/lanes";
import { Facts, Section, Time, Waiting } from "../parts/parts";
import { useResource } from "../resource";
import { address } from "../router";

export function CampaignsView() {
  const { answer, problem, again } = useResource<Campaigns>("/campaigns", ["situation"]);
  return (
    <>
      <h1>Campaigns</h1>
      <p class="lead">Waves of mass exploitation that this program knows: what it hunts for, notifies about and counts.</p>
      {!answer ? <Waiting problem={problem} again={again} /> : answer.campaigns.map((campaign) => (
        <Section key={campaign.id} id={campaign.id} title={campaign.name}>
          <Facts facts={[
            ["Flaws", campaign.flaws.join(", ")], ["Window", campaign.window_from ? `${day(campaign.window_from)} to ${day(campaign.window_to) || "now"}` : ""],
            ["Servers hit", <a href={address(["servers"], { campaign: campaign.id, at_least: "exploited" })}>{count(campaign.servers_hit)}</a>],
            ["Cases", campaign.cases === undefined ? "" : <a href={address(["cases"], { campaign: campaign.id })}>{count(campaign.cases)}</a>],
          ]} />
          {campaign.window_from && <Lanes title={`Dates of ${campaign.name}`} dates={campaign.timeline} lanes={[{ name: "Window", marks: [{ first: campaign.window_from, last: campaign.window_to, tone: "warn", label: "logs needed" }] }]} />}
          <details><summary>{campaign.timeline.length} dates</summary><ul class="plain-list">{campaign.timeline.map((mark) => <li key={mark.time + mark.label}><Time value={mark.time} /> {mark.label}</li>)}</ul></details>
        </Section>
      ))}
    </>
  );
}
