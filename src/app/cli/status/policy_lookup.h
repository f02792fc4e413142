// Finding the policies that a person names, and saying what failed.
#pragma once

#include <string>
#include <vector>

#include "app/cli/frame/command.h"
#include "app/cli/frame/output.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/policy_admin.h"
#include "slogate/ports/result.h"

namespace slogate::app {

// "checkout", or "shop/checkout" whatever `ns` is. kInvalidArgument when that is no name, or when
// `ns` is empty (every namespace) and the name has none of its own.
ports::Result<ports::Key> KeyFrom(const std::string& name, const std::string& ns);

// The policy; kNotFound says where it was looked for, what it may have been meant for, and how to
// see what there is.
ports::Result<ports::PolicyRecord> FindPolicy(ports::PolicyAdmin& admin, const ports::Key& key);

// What the process says of a failure it cannot do anything about.
ExitCode ExitCodeOf(ports::ErrorCode code);

// The error's message, with the fix where it has none of its own.
std::string WithFix(const ports::Error& error);

// A command about policies of a cluster.
class PolicyCommand : public Command {
 public:
  using Command::Command;

 protected:
  using Records = std::vector<ports::PolicyRecord>;

  // The named policies; every one of the namespace when none is named.
  ports::Result<Records> Policies(const Cluster& cluster,
                                  const std::vector<std::string>& names) const;

  ExitCode Refuse(const Adapters& adapters, Streams streams, const ports::Error& error) const {
    return Command::Refuse(streams, WithFix(error), ExitCodeOf(error.code), adapters.program);
  }

  ClusterFlags flags_;
  OutputFlag output_;
};

}  // namespace slogate::app
