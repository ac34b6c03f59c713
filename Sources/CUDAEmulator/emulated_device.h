#pragma once

// Defines the names of device.h for a processor. Each thread of a block is a fiber.

#include <cmath>
#include <cstdint>
#include <cstring>

#include "scheduler.h"

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define GPU_KERNEL(name, arguments, threads) \
  static void name##_thread(const arguments &given); \
  static const emulator::kernel name##_kernel( \
    #name, threads, sizeof(arguments), \
    [](const void *given) { name##_thread(*static_cast<const arguments *>(given)); }); \
  static void name##_thread(const arguments &given)
#define GPU_BOUNDED_KERNEL(name, arguments, threads, blocks) GPU_KERNEL(name, arguments, threads)
#define GPU_INLINE static inline
#define GPU_METHOD inline
#define GPU_SHARED(type, name, count) \
  alignas(16) static thread_local type name[count]; \
  emulator::begin_shared(name, sizeof name)
#define GPU_UNROLL
#define GPU_ROLL

GPU_INLINE u32 thread_index() { return emulator::current->thread; }
GPU_INLINE u32 block_index() { return emulator::current->block[0]; }
GPU_INLINE u32 block_column() { return emulator::current->block[1]; }
GPU_INLINE u32 block_layer() { return emulator::current->block[2]; }
GPU_INLINE u32 block_count() { return emulator::current->grid[0]; }
GPU_INLINE void barrier() { emulator::wait_for_block(); }
GPU_INLINE bool may_skip(bool isEmpty) { return isEmpty; }
GPU_INLINE u32 warp_ballot(bool bit) { return emulator::ballot(bit); }
GPU_INLINE u32 warp_exchange(u32 value, u32 bit) { return emulator::exchange(value, bit); }

GPU_INLINE u32 float_bits(float value)
{
  u32 bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

GPU_INLINE float bits_float(u32 bits)
{
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// Selects bytes of high:low: each hexadecimal digit of the selector is the index of a byte.
GPU_INLINE u32 permute(u32 low, u32 high, u32 selector)
{
  const u64 bytes = (u64)high << 32 | low;
  u32 result = 0;
  for (int byte = 0; byte < 4; byte++) result |= (u32)(bytes >> 8 * (selector >> 4 * byte & 7) & 0xff) << 8 * byte;
  return result;
}

GPU_INLINE u32 rotate_left(u32 word, u32 distance)
{
  return distance % 32 == 0 ? word : word << distance % 32 | word >> (32 - distance % 32);
}

GPU_INLINE float fused(float a, float b, float c) { return std::fmaf(a, b, c); }
GPU_INLINE double fused(double a, double b, double c) { return std::fma(a, b, c); }
GPU_INLINE float maximum(float a, float b) { return std::fmax(a, b); }
GPU_INLINE float exponential(float x) { return std::exp(x); }
GPU_INLINE u32 opaque(u32 value) { return value; }
GPU_INLINE u64 opaque(u64 value) { return value; }
GPU_INLINE float approximate_reciprocal(float x) { return 1 / x; }
GPU_INLINE float root(float x) { return std::sqrt(x); }
GPU_INLINE double root(double x) { return std::sqrt(x); }
GPU_INLINE void atomic_add(u64 *sum, u64 value) { *sum += value; }
GPU_INLINE void atomic_maximum(u32 *largest, u32 value) { *largest = value > *largest ? value : *largest; }

GPU_INLINE void store_pair(float *target, float first, float second) { target[0] = first, target[1] = second; }

GPU_INLINE u32 half_bits(float value) { return emulator::half_bits(value); }

GPU_INLINE float half_value(u32 bits) { return emulator::half_value((u16)bits); }

GPU_INLINE void multiply_add(float (&c)[4], const u32 (&a)[4], const u32 (&b)[2]) { emulator::multiply_add(c, a, b); }

template <bool isTransposed> GPU_INLINE void load_matrices(u32 (&target)[4], const void *row)
{
  emulator::load_matrices(target, row, isTransposed);
}

GPU_INLINE void copy_async(void *target, const void *source, bool hasSource)
{
  emulator::copy_async(target, source, hasSource);
}

GPU_INLINE void commit_copies() { emulator::commit_copies(); }
template <int groups> GPU_INLINE void await_copies() { emulator::await_copies(groups); }
