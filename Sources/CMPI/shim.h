#pragma once
#include <mpi.h>

// MPI's constants are macros over addresses, which Swift cannot import: each gets a function.
static inline MPI_Comm lockstep_mpi_comm_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Datatype lockstep_mpi_float(void) { return MPI_FLOAT; }
static inline MPI_Datatype lockstep_mpi_byte(void) { return MPI_BYTE; }
static inline MPI_Op lockstep_mpi_sum(void) { return MPI_SUM; }
static inline MPI_Status *lockstep_mpi_status_ignore(void) { return MPI_STATUS_IGNORE; }
static inline MPI_Status *lockstep_mpi_statuses_ignore(void) { return MPI_STATUSES_IGNORE; }
static inline MPI_Request lockstep_mpi_request_null(void) { return MPI_REQUEST_NULL; }
static inline void *lockstep_mpi_in_place(void) { return MPI_IN_PLACE; }
static inline int lockstep_mpi_thread_funneled(void) { return MPI_THREAD_FUNNELED; }
static inline int lockstep_mpi_thread_serialized(void) { return MPI_THREAD_SERIALIZED; }
static inline int lockstep_mpi_largest_tag(void) { return MPI_TAG_UB; }
static inline int lockstep_mpi_version_length(void) { return MPI_MAX_LIBRARY_VERSION_STRING; }
static inline int lockstep_mpi_error_length(void) { return MPI_MAX_ERROR_STRING; }
static inline MPI_Errhandler lockstep_mpi_errors_return(void) { return MPI_ERRORS_RETURN; }
