// Propagation of absl::Status, in functions (PLEXUS_…) and in coroutines (PLEXUS_CO_…).
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define PLEXUS_CONCAT_INNER(a, b) a##b
#define PLEXUS_CONCAT(a, b) PLEXUS_CONCAT_INNER(a, b)

#define PLEXUS_RETURN_IF_ERROR_IMPL(ret, expr)  \
  do {                                          \
    absl::Status plexus_status = (expr);        \
    if (!plexus_status.ok()) ret plexus_status; \
  } while (false)

#define PLEXUS_ASSIGN_OR_RETURN_IMPL(ret, tmp, lhs, expr) \
  auto tmp = (expr);                                      \
  if (!tmp.ok()) ret std::move(tmp).status();             \
  lhs = *std::move(tmp)

// Returns from the enclosing function if `expr`, an absl::Status, is an error.
#define PLEXUS_RETURN_IF_ERROR(expr) PLEXUS_RETURN_IF_ERROR_IMPL(return, expr)
#define PLEXUS_CO_RETURN_IF_ERROR(expr) PLEXUS_RETURN_IF_ERROR_IMPL(co_return, expr)

// `PLEXUS_ASSIGN_OR_RETURN(auto value, Function());` for an absl::StatusOr.
#define PLEXUS_ASSIGN_OR_RETURN(lhs, expr) \
  PLEXUS_ASSIGN_OR_RETURN_IMPL(return, PLEXUS_CONCAT(plexus_or_, __LINE__), lhs, expr)
#define PLEXUS_CO_ASSIGN_OR_RETURN(lhs, expr) \
  PLEXUS_ASSIGN_OR_RETURN_IMPL(co_return, PLEXUS_CONCAT(plexus_or_, __LINE__), lhs, expr)
