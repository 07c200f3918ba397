// Names for the shapes of docs/openapi.yaml; schema.d.ts is made from it by `npm run types`, so tsc holds this code to the contract.
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];
export type Session = Schemas["Session"];
export type Role = Schemas["Role"];
export type Situation = Schemas["Situation"];
export type Headline = Schemas["Headline"];
export type HalfLife = Schemas["HalfLife"];
export type SectorCount = Schemas["SectorCount"];
export type Band = Schemas["Band"];
export type FigureList = Schemas["List"];
export type FunnelStep = Schemas["FunnelStep"];
export type Server = Schemas["Server"];
export type ServerDetail = Schemas["ServerDetail"];
export type Organisation = Schemas["Organisation"];
export type OrganisationDetail = Schemas["OrganisationDetail"];
export type Clusters = Schemas["Clusters"];
export type Cluster = Schemas["Cluster"];
export type ClusterDetail = Schemas["ClusterDetail"];
export type Case = Schemas["Case"];
export type CaseDetail = Schemas["CaseDetail"];
export type Notice = Schemas["Notice"];
export type NoticePage = Schemas["NoticePage"];
export type NoticePreview = Schemas["NoticePreview"];
export type PlanResult = Schemas["PlanResult"];
export type NoticeChange = Schemas["NoticeChange"];
export type Sending = Schemas["Sending"];
export type Effect = Schemas["Effect"];
export type Share = Schemas["Share"];
export type Campaigns = Schemas["Campaigns"];
export type View = Schemas["View"];
export type AuditEntry = Schemas["AuditEntry"];
export type Statement = Schemas["Statement"];
export type VictimCase = Schemas["VictimCase"];
export type VictimServer = Schemas["VictimServer"];
export type GuideStep = Schemas["GuideStep"];
export type Upload = Schemas["Upload"];
export type Verdict = Schemas["Verdict"];
export type Language = Schemas["Language"];

export interface Page<Row> {
  rows: Row[];
  total: number;
}
