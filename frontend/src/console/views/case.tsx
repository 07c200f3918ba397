// One victim: where the case stands, what was sent, what came back, and what an operator was told by phone.
import { useState } from "preact/hooks";
import { remove, tell } from "../../api/http";
import type { CaseDetail } from "../../api/types";
import { bytes } from "../../look/format";
import { CaseBadge, CompromiseBadge, ExposureBadge, Facts, Frame, NoticeBadge, ProblemNote, Section, Time, Waiting } from "../parts/parts";
import { Statements } from "../parts/statements";
import { failed, useResource } from "../resource";
import { address } from "../router";
import { useMay } from "../session";

const PATH: readonly [state: string, time: (one: CaseDetail["case"]) => string | null][] = [
  ["opened", (one) => one.opened], ["notified", (one) => one.notified], ["reached", (one) => one.reached], ["acknowledged", (one) => one.acknowledged],
  ["patched", (one) => one.patched], ["hunted", (one) => one.hunted], ["clean", (one) => one.clean],
];

function Path({ one }: { one: CaseDetail["case"] }) {
  return (
    <ol class="path">
      {PATH.map(([state, time]) => <li key={state} class={time(one) ? "done" : ""}><b>{state}</b><Time value={time(one)} /></li>)}
      {one.recheck_due && <li><b>re-check due</b><Time value={one.recheck_due} /></li>}
    </ol>
  );
}

const SAID: readonly [kind: string, title: string][] = [
  ["acknowledged", "Has understood"], ["patched", "Says: patched"], ["mitigated", "Says: mitigated"], ["need-help", "Needs help"],
  ["wrong-contact", "Wrong contact"], ["clean-said", "Says: clean"], ["case-closed", "Close the case"], ["case-reopened", "Open the case again"],
];

function Operator({ number, again }: { number: string; again: () => void }) {
  const [problem, setProblem] = useState<Error>();
  const [link, setLink] = useState("");
  const run = async (action: () => Promise<void>) => {
    try {
      await action();
      setProblem(undefined);
      again();
    } catch (error) {
      setProblem(failed(error));
    }
  };
  const say = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    void run(() => tell(`/cases/${encodeURIComponent(number)}/statements`, { kind: String(fields.get("kind")), why: String(fields.get("why")) }));
  };
  const issue = () => run(async () => setLink((await tell<{ url: string }>(`/cases/${encodeURIComponent(number)}/link`)).url));
  const revoke = () => run(async () => {
    await remove(`/cases/${encodeURIComponent(number)}/link`);
    setLink("");
  });
  return (
    <Section id="operator" title="Told by phone, or in another way">
      <form class="inline-form" onSubmit={(event) => say(event as unknown as SubmitEvent)}>
        <label><span>What</span><select name="kind">{SAID.map(([kind, title]) => <option key={kind} value={kind}>{title}</option>)}</select></label>
        <label class="grows"><span>In which words, by whom</span><input name="why" maxLength={4096} /></label>
        <button>Keep</button>
      </form>
      <p><button onClick={() => void issue()}>Make a new link</button> <button onClick={() => void revoke()}>End all links</button></p>
      {link && <p class="warning">Shown once, and whoever has it sees the case: <code>{link}</code></p>}
      {problem && <ProblemNote problem={problem} />}
    </Section>
  );
}

export function CaseView({ id = "" }: { id?: string }) {
  if (!useMay("analyst")) return <><h1>{id}</h1><p>Cases are shown to analysts.</p></>;
  return <Detail number={id} />;
}

function Detail({ number }: { number: string }) {
  const operator = useMay("operator");
  const { answer, problem, again } = useResource<CaseDetail>(`/cases/${encodeURIComponent(number)}`, ["cases", "notices"]);
  if (!answer) return <><h1>{number}</h1><Waiting problem={problem} again={again} /></>;
  const { case: one, servers, notices, statements, uploads } = answer;
  return (
    <article>
      <p class="crumb"><a href="/cases">Cases</a></p>
      <h1>{number} <CaseBadge value={one.state} /></h1>
      <Facts facts={[
        ["Organisation", <a href={address(["organisations", one.organisation])}>{one.organisation_name || one.organisation}</a>], ["Campaign", one.campaign], ["Reason", one.reason],
        ["Held back until", one.held_until ? <Time value={one.held_until} /> : ""], ["Last channel", one.channel], ["Text", one.text],
      ]} />
      <Path one={one} />
      <Section id="servers" title="Servers">
        <Frame label="Servers"><table><thead><tr><th scope="col">Server</th><th scope="col">Name</th><th scope="col">Exposure</th><th scope="col">Compromise</th></tr></thead>
          <tbody>{servers.map((row) => <tr key={row.subject}><th scope="row"><a href={address(["servers", row.subject])}>{row.subject}</a></th><td>{row.name}</td><td><ExposureBadge value={row.exposure} /></td><td><CompromiseBadge value={row.compromise} /></td></tr>)}</tbody></table></Frame>
      </Section>
      <Section id="notices" title="Notices">
        {notices.length === 0 ? <p class="soft">None yet.</p> : (
          <Frame label="Notices"><table><thead><tr><th scope="col">Notice</th><th scope="col">Channel</th><th scope="col">To</th><th scope="col">State</th><th scope="col">Sent</th><th scope="col" class="wide">Why so</th></tr></thead>
            <tbody>{notices.map((notice) => <tr key={notice.id}><th scope="row"><a href={address(["notices", notice.id])}>{notice.id}</a></th><td>{notice.channel}</td><td>{notice.recipient}</td><td><NoticeBadge value={notice.state} /></td><td><Time value={notice.sent} /></td><td class="wide">{notice.why}</td></tr>)}</tbody></table></Frame>
        )}
      </Section>
      {uploads.length > 0 && (
        <Section id="uploads" title="Uploads">
          <Frame label="Uploads"><table><thead><tr><th scope="col">File</th><th scope="col" class="number">Size</th><th scope="col">State</th><th scope="col">Verdict</th><th scope="col">SHA-256</th></tr></thead>
            <tbody>{uploads.map((upload) => <tr key={upload.id}><th scope="row">{upload.name}</th><td class="number">{bytes(upload.bytes)}</td><td>{upload.state}</td><td>{upload.verdict && <CompromiseBadge value={upload.verdict.compromise} />}</td><td><code>{upload.sha256}</code></td></tr>)}</tbody></table></Frame>
        </Section>
      )}
      {operator && <Operator number={number} again={again} />}
      <Section id="said" title="What was said"><Statements statements={statements} /></Section>
    </article>
  );
}
