#pragma once
#include <malloc.h>
#include <xmmintrin.h>

// What the processor can do is a compiler builtin, which Swift cannot call.
static inline int lockstep_cpu_has_avx512(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}

// Bytes in use on the C heap; <malloc.h> is not among the headers Swift's Glibc module has.
static inline long lockstep_heap_in_use(void) { return (long)mallinfo2().uordblks; }

// Starts fetching a cache line that will be read soon.
static inline void lockstep_prefetch(const void *address) { __builtin_prefetch(address); }

// How a thread rounds, and what it does with numbers too small to be normal, is in a register (MXCSR).
static inline unsigned lockstep_float_mode(void) { return _mm_getcsr(); }
static inline void lockstep_set_float_mode(unsigned mode) { _mm_setcsr(mode); }
