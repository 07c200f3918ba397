import type { OrganisationDetail, Page, Server } from "../../api/types";
import { Badge, CaseBadge, CompromiseBadge, ExposureBadge, Facts, Frame, Section, Time, Waiting } from "../parts/parts";
import { useResource } from "../resource";
import { address } from "../router";
import { useMay } from "../session";
import { countryName, sectorName } from "../words";

function Servers({ id }: { id: string }) {
  const query = new URLSearchParams({ organisation: id, limit: "100" });
  const { answer, problem, again } = useResource<Page<Server>>(`/servers?${query.toString()}`, ["servers"]);
  if (!answer) return <Waiting problem={problem} again={again} />;
  return (
    <>
      <Frame label="Servers"><table><thead><tr><th scope="col">Server</th><th scope="col">Name</th><th scope="col">Exposure</th><th scope="col">Compromise</th><th scope="col">Last seen</th></tr></thead>
        <tbody>{answer.rows.map((row) => (
          <tr key={row.subject}><th scope="row"><a href={address(["servers", row.subject])}>{row.subject}</a></th><td>{row.name}</td><td><ExposureBadge value={row.exposure} /></td><td><CompromiseBadge value={row.compromise} /></td><td><Time value={row.last_seen} /></td></tr>
        ))}</tbody></table></Frame>
      {answer.total > answer.rows.length && <p><a href={address(["servers"], { organisation: id })}>All {answer.total}</a></p>}
    </>
  );
}

function Contacts({ detail }: { detail: OrganisationDetail }) {
  if (detail.contacts.length === 0) return <p class="warning">No contact is known: the next channel is its provider, or a search by hand.</p>;
  return (
    <Frame label="Contacts"><table><caption>Best first</caption>
      <thead><tr><th scope="col">Channel</th><th scope="col">Contact</th><th scope="col">Language</th><th scope="col">From</th><th scope="col">Learnt</th></tr></thead>
      <tbody>{detail.contacts.map((contact, place) => (
        <tr key={place}><th scope="row">{contact.channel}</th><td>{contact.value} {contact.on_hit_domain && <Badge tone="warn">mail of the hit server</Badge>}</td><td>{contact.language}</td><td>{contact.source}</td><td><Time value={contact.learnt} /></td></tr>
      ))}</tbody></table></Frame>
  );
}

export function OrganisationView({ id = "" }: { id?: string }) {
  const may = useMay("analyst");
  if (!may) return <><h1>{id}</h1><p>Contacts are shown to analysts. <a href={address(["servers"], { organisation: id })}>Its servers</a></p></>;
  return <Detail id={id} />;
}

function Detail({ id }: { id: string }) {
  const { answer, problem, again } = useResource<OrganisationDetail>(`/organisations/${encodeURIComponent(id)}`, ["cases"]);
  if (!answer) return <><h1>{id}</h1><Waiting problem={problem} again={again} /></>;
  const { organisation, domains, networks, cases } = answer;
  return (
    <article>
      <p class="crumb"><a href="/organisations">Organisations</a></p>
      <h1>{organisation.name || id}</h1>
      <Facts facts={[
        ["Id", id], ["Sector", sectorName(organisation.sector)], ["Country, region", [countryName(organisation.country), organisation.region].filter(Boolean).join(", ")],
        ["Domains", domains.join(", ")], ["Networks", networks.join(", ")], ["Worst verdict", <CompromiseBadge value={organisation.compromise} />],
      ]} />
      <Section id="servers" title="Servers"><Servers id={id} /></Section>
      <Section id="cases" title="Cases">
        {cases.length === 0 ? <p class="soft">None.</p> : (
          <Frame label="Cases"><table><thead><tr><th scope="col">Case</th><th scope="col">Reason</th><th scope="col">State</th><th scope="col">Since</th></tr></thead>
            <tbody>{cases.map((one) => <tr key={one.number}><th scope="row"><a href={address(["cases", one.number])}>{one.number}</a></th><td>{one.reason}</td><td><CaseBadge value={one.state} /></td><td><Time value={one.state_since} /></td></tr>)}</tbody></table></Frame>
        )}
      </Section>
      <Section id="contacts" title="Contacts"><Contacts detail={answer} /></Section>
    </article>
  );
}
