// The handlers of the routes, by the tag that docs/openapi.yaml gives them. What each takes and answers is
// written there; routes.cpp says who may call it.
#pragma once

#include "web/context.h"

namespace afterpatch::web {

// situation, clusters
Response get_situation(Context& context);
Response get_clusters(Context& context);
Response get_cluster(Context& context);

// servers
Response get_servers(Context& context);
Response export_servers(Context& context);
Response get_server(Context& context);

// organisations
Response get_organisations(Context& context);
Response export_organisations(Context& context);
Response get_organisation(Context& context);

// cases
Response get_cases(Context& context);
Response get_case(Context& context);
Response post_case_statement(Context& context);
Response post_case_link(Context& context);
Response delete_case_links(Context& context);

// notices
Response get_notices(Context& context);
Response post_plan(Context& context);
Response post_approve(Context& context);
Response post_cancel(Context& context);
Response post_send(Context& context);
Response get_preview(Context& context);
Response get_effect(Context& context);

// campaigns, views, audit
Response get_campaigns(Context& context);
Response get_views(Context& context);
Response post_view(Context& context);
Response delete_view(Context& context);
Response get_audit(Context& context);

// live, operation
Response get_events(Context& context);
Response get_health(Context& context);
Response get_metrics(Context& context);

// victim
Response get_victim_case(Context& context);
Response post_victim_statement(Context& context);
Response get_collector(Context& context);
Response post_upload(Context& context);
Response head_upload(Context& context);
Response get_upload(Context& context);
Response patch_upload(Context& context);
Response delete_upload(Context& context);
Response get_upload_report(Context& context);

}  // namespace afterpatch::web
