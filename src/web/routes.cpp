#include "web/handlers.h"
#include "web/router.h"
#include "web/sign_in.h"
#include "web/victim_upload.h"

namespace afterpatch::web {
namespace {

constexpr std::size_t kForm = 16U << 10U;
constexpr std::size_t kSelection = 64U << 10U;

using enum Method;
using enum Access;

constexpr Route kRoutes[] = {
    {post, "/api/v1/session", open, post_session, "session.begin", kForm},
    {get, "/api/v1/session", viewer, get_session},
    {delete_method, "/api/v1/session", viewer, delete_session, "session.end"},

    {get, "/api/v1/situation", viewer, get_situation, {}, 0, true},
    {get, "/api/v1/clusters", viewer, get_clusters, {}, 0, true},
    {get, "/api/v1/clusters/{id}", viewer, get_cluster, {}, 0, true},
    {get, "/api/v1/servers", viewer, get_servers, "servers.list", 0, true},
    {get, "/api/v1/servers/export", analyst, export_servers, "servers.export"},
    {get, "/api/v1/servers/{subject}", viewer, get_server, "server.see"},
    {get, "/api/v1/organisations", viewer, get_organisations, "organisations.list", 0, true},
    {get, "/api/v1/organisations/export", analyst, export_organisations, "organisations.export"},
    {get, "/api/v1/organisations/{id}", analyst, get_organisation, "organisation.see"},
    {get, "/api/v1/cases", viewer, get_cases, "cases.list", 0, true},
    {get, "/api/v1/cases/{number}", analyst, get_case, "case.see"},
    {post, "/api/v1/cases/{number}/statements", operator_role, post_case_statement, "case.state", kForm},
    {post, "/api/v1/cases/{number}/link", operator_role, post_case_link, "case.link", kForm},
    {delete_method, "/api/v1/cases/{number}/link", operator_role, delete_case_links, "case.unlink"},
    {get, "/api/v1/notices", viewer, get_notices, "notices.list", 0, true},
    {post, "/api/v1/notices/plan", operator_role, post_plan, "notices.plan", kForm},
    {post, "/api/v1/notices/approve", operator_role, post_approve, "notices.approve", kSelection},
    {post, "/api/v1/notices/cancel", operator_role, post_cancel, "notices.cancel", kSelection},
    {post, "/api/v1/notices/send", operator_role, post_send, "notices.send", kForm},
    {get, "/api/v1/notices/effect", viewer, get_effect, {}, 0, true},
    {get, "/api/v1/notices/{id}/preview", analyst, get_preview, "notice.preview"},
    {get, "/api/v1/campaigns", viewer, get_campaigns, {}, 0, true},
    {get, "/api/v1/views", viewer, get_views},
    {post, "/api/v1/views", viewer, post_view, "view.save", kForm},
    {delete_method, "/api/v1/views/{id}", viewer, delete_view, "view.remove"},
    {get, "/api/v1/audit", admin, get_audit, "audit.read"},
    {get, "/api/v1/events", viewer, get_events},

    {get, "/api/v1/victim/case", victim, get_victim_case, "victim.see"},
    {post, "/api/v1/victim/statements", victim, post_victim_statement, "victim.state", kForm},
    {get, "/api/v1/victim/collector", victim, get_collector},
    {post, "/api/v1/victim/uploads", victim, post_upload, "victim.upload", kForm},
    {head, "/api/v1/victim/uploads/{id}", victim, head_upload},
    {get, "/api/v1/victim/uploads/{id}", victim, get_upload},
    {patch, "/api/v1/victim/uploads/{id}", victim, patch_upload, {}, kLargestPiece},
    {delete_method, "/api/v1/victim/uploads/{id}", victim, delete_upload, "victim.remove-upload"},
    {get, "/api/v1/victim/uploads/{id}/report", victim, get_upload_report, "victim.report"},

    {get, "/healthz", open, get_health},
    {get, "/metrics", local_or_admin, get_metrics},
};

}  // namespace

std::span<const Route> all_routes() {
  return kRoutes;
}

}  // namespace afterpatch::web
