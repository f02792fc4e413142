// Every port in memory: the world of the demo, and sources that follow a script.
#pragma once

#include "demo/world/world.h"
#include "support/fake_budget_source.h"
#include "support/fake_clock.h"
#include "support/fake_metrics_source.h"
