#include "adapters/kubernetes/config_copies.h"

#include "adapters/kubernetes/object_fields.h"
#include "adapters/kubernetes/object_path.h"
#include "adapters/kubernetes/owned_objects.h"
#include "adapters/kubernetes/pod_template.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

ports::Result<void> WriteCopy(KubeClient& client, const ports::PolicyRecord& record,
                              const ConfigObject& original) {
  json copy = ConfigCopy(original, record);
  const std::string name = TextField(copy, {"metadata", "name"});
  const std::string path = ConfigPath(record.key.ns, original.config.kind, name);
  const auto present = Lookup(client, path);
  if (!present) return tl::unexpected(present.error());
  ports::Result<json> written;
  if (present->is_null()) {
    written = client.Create(path.substr(0, path.rfind('/')), copy);
  } else {
    if (!OwnedBy(*present, record)) return NotOurs(copy["kind"], name, record);
    if (ConfigContent(*present) == ConfigContent(original.object)) return {};
    copy["metadata"]["resourceVersion"] = Field(*present, {"metadata", "resourceVersion"});
    written = client.Replace(path, copy);
  }
  if (!written) return tl::unexpected(written.error());
  return {};
}

}  // namespace

ports::Result<void> WriteCopies(KubeClient& client, const ports::PolicyRecord& record,
                                const ArmReading& user) {
  if (!user.problem.empty()) return ports::Fail(ports::ErrorCode::kInvalidArgument, user.problem);
  const ConfigNames used = NamedIn(Field(user.deployment, {"spec", "template"}));
  for (const ConfigObject& config : user.config) {
    if (!used.Has(config.config.kind, config.config.name)) continue;
    if (const auto written = WriteCopy(client, record, config); !written) return written;
  }
  return {};
}

}  // namespace slogate::adapters::kubernetes
