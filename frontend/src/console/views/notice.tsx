// One notice as it would go out, or as it went out.
import { useState } from "preact/hooks";
import { tell } from "../../api/http";
import type { NoticePreview } from "../../api/types";
import { bytes, visible } from "../../look/format";
import { Facts, NoticeBadge, ProblemNote, Section, Time, Waiting } from "../parts/parts";
import { failed, useResource } from "../resource";
import { address } from "../router";
import { useMay } from "../session";

function Decision({ id, state, again }: { id: string; state: string; again: () => void }) {
  const [problem, setProblem] = useState<Error>();
  const change = async (what: "approve" | "cancel") => {
    try {
      await tell(`/notices/${what}`, { ids: [id] });
      again();
    } catch (error) {
      setProblem(failed(error));
    }
  };
  return (
    <div class="buttons">
      {state === "planned" && <button class="primary" onClick={() => void change("approve")}>Approve</button>}
      {(state === "planned" || state === "approved") && <button onClick={() => void change("cancel")}>Cancel</button>}
      {problem && <ProblemNote problem={problem} />}
    </div>
  );
}

export function NoticeView({ id = "" }: { id?: string }) {
  if (!useMay("analyst")) return <><h1>{id}</h1><p>Notices are shown to analysts.</p></>;
  return <Preview id={id} />;
}

function Preview({ id }: { id: string }) {
  const operator = useMay("operator");
  const { answer, problem, again } = useResource<NoticePreview>(`/notices/${encodeURIComponent(id)}/preview`, ["notices"]);
  if (!answer) return <><h1>{id}</h1><Waiting problem={problem} again={again} /></>;
  const { notice, subject, body, headers, attachments } = answer;
  return (
    <article>
      <p class="crumb"><a href="/notices">Notices</a></p>
      <h1>{id} <NoticeBadge value={notice.state} /></h1>
      <Facts facts={[
        ["Case", <a href={address(["cases", notice.case_number])}>{notice.case_number}</a>], ["Organisation", notice.organisation_name || notice.organisation], ["To", `${notice.recipient} (${notice.channel}, ${notice.language})`],
        ["Why so", notice.why], ["Planned", <Time value={notice.planned} />], ["Approved", <Time value={notice.approved} />], ["Sent", <Time value={notice.sent} />], ["Attempts", String(notice.attempts)], ["Last error", notice.last_error],
      ]} />
      {operator && <Decision id={id} state={notice.state} again={again} />}
      <Section id="text" title={subject}>
        <pre class="letter">{visible(body)}</pre>
        {attachments.map((one) => <details key={one.name}><summary>{one.name} ({one.type}, {bytes(one.bytes)})</summary>{one.text && <pre class="raw">{visible(one.text)}</pre>}</details>)}
        {headers.length > 0 && <details><summary>Headers</summary><pre class="raw">{headers.map((one) => visible(`${one.name}: ${one.value}`)).join("\n")}</pre></details>}
      </Section>
    </article>
  );
}
