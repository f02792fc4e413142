/*
 * How a rollout moves from step to step, small enough to be searched whole: read the status and the
 * route, decide, act as the status that was read intends, store what was decided
 * (Reconciler::Pass in src/app/controller, Executor::SetWeights, src/core/rollout).
 *
 * Two processes have a lease between them. A process dies between any two lines and comes back
 * knowing nothing; it stands still between any two lines for as long as it takes, while the lease
 * goes to the other. The API server keeps the status and the route: a write names the version that
 * it replaces, and is refused when there is a newer one. A weight is raised on the version of the
 * route that was looked at, and lowered on any.
 *
 * Weights are counted in steps: 0, 1, 2. Planted defects, each of which must be found:
 *   ACTS_FIRST     the route is written before the status intends it
 *   OVERWRITES     a status replaces whatever is there
 *   FORGETS        a rollback that another process has stored is not carried out
 *   RAISES_UNSEEN  a weight is raised on whatever version of the route there is
 */
#ifdef ACTS_FIRST
#define INTENDED next_desired
#else
#define INTENDED seen_desired
#endif
#ifdef OVERWRITES
#define IS_NEWEST true
#else
#define IS_NEWEST (seen_version == status_version)
#endif

#ifdef FORGETS
#define ACTS (seen_weight != INTENDED && !seen_rejected)
#else
#define ACTS (seen_weight != INTENDED)
#endif

#ifdef RAISES_UNSEEN
#define RAISES true
#else
#define RAISES (seen_route_version == route_version)
#endif

#define LAST_STEP 2
#define DEATHS 1      /* of each process; then it lives on */
#define HAND_OVERS 2  /* then the lease stays where it is */

/* The status. A rollout begins by intending step 1. */
byte status_version = 0;
byte desired = 1;
bool rejected = false;
bool promoted = false;

/* The route. */
byte route_version = 0;
byte weight = 0;

byte holder = 0;        /* of the lease */
byte most_desired = 1;  /* that was ever stored */

#define DIES if :: deaths < DEATHS -> deaths++; goto look :: true fi

active [2] proctype Controller() {
  byte deaths = 0;
  byte seen_version, seen_desired, seen_weight;
  byte next_desired, seen_route_version, patched_version;
  bool seen_rejected, seen_promoted, next_rejected, next_promoted;

look:
  skip;
  d_step {
    seen_version = status_version;
    seen_desired = desired;
    seen_rejected = rejected;
    seen_promoted = promoted
  };
  d_step { seen_weight = weight; seen_route_version = route_version };

  /* Decide. The gates of a step open when its weight is confirmed; what shows that the canary is
     worse is known as soon as it has traffic. */
  d_step { next_desired = seen_desired; next_rejected = seen_rejected; next_promoted = seen_promoted };
  if
  :: seen_rejected || seen_promoted -> skip
  :: !seen_rejected && !seen_promoted && seen_weight > 0 ->
     d_step { next_desired = 0; next_rejected = true }
  :: !seen_rejected && !seen_promoted && seen_weight == seen_desired && seen_desired < LAST_STEP ->
     next_desired = seen_desired + 1
  :: !seen_rejected && !seen_promoted && seen_weight == seen_desired && seen_desired == LAST_STEP ->
     d_step { next_desired = 0; next_promoted = true }
  :: !seen_rejected && !seen_promoted -> skip  /* evidence is awaited */
  fi;
  DIES;

  /* Act. */
  if
  :: ACTS && holder != _pid -> goto look
  :: ACTS && holder == _pid ->
     /* The router reads the route itself, and names the version that it read. */
     patched_version = route_version;
     DIES;
     d_step {
       if
       :: patched_version == route_version && weight != INTENDED &&
          (INTENDED < weight || RAISES) ->
          /* A weight is stored before it is written, and raised on the route that was seen. */
          assert(INTENDED <= weight || INTENDED <= most_desired);
          assert(INTENDED <= weight || seen_route_version == route_version);
          weight = INTENDED;
          route_version++
       :: else -> skip
       fi
     }
  :: else -> skip
  fi;
  DIES;

  /* Store. */
  if
  :: next_desired == seen_desired && next_rejected == seen_rejected &&
     next_promoted == seen_promoted -> skip
  :: else ->
     if
     :: holder != _pid -> goto look
     :: holder == _pid -> skip
     fi;
     DIES;
     d_step {
       if
       :: IS_NEWEST ->
          /* What was rejected stays so, and is not promoted; what was promoted is not rejected. */
          assert(!rejected || (next_rejected && next_desired == 0 && !next_promoted));
          assert(!promoted || (next_promoted && !next_rejected));
          /* One step at a time. */
          assert(next_desired <= desired + 1);
          desired = next_desired;
          rejected = next_rejected;
          promoted = next_promoted;
          if :: desired > most_desired -> most_desired = desired :: else -> skip fi;
          status_version++
       :: else -> skip
       fi
     }
  fi;
  goto look
}

active proctype Lease() {
  byte hand_overs = 0;
  do
  :: hand_overs < HAND_OVERS -> d_step { holder = 1 - holder; hand_overs++ }
  :: break
  od
}

/* In the end the route shows what the status says: whoever holds the lease sees to it. */
ltl agrees { [] ((rejected || promoted) -> <> [] (weight == 0)) }
