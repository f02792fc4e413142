// Every port in memory: honest about conflicts, absence and outages.
#pragma once

#include "support/fake_budget_source.h"
#include "support/fake_clock.h"
#include "support/fake_event_sink.h"
#include "support/fake_lease_store.h"
#include "support/fake_metrics_source.h"
#include "support/fake_policy_admin.h"
#include "support/fake_policy_store.h"
#include "support/fake_router.h"
#include "support/fake_secret_store.h"
#include "support/fake_workload_store.h"
