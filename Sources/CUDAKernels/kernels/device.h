#pragma once

// The functions and macros through which kernels use a GPU. The emulator defines the same names for a processor.
//
// Kernels use neither recursion nor dynamic memory, and blocks communicate only by integer sums and maxima.

#define GPU_KERNELS

#ifdef __CUDACC_RTC__

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define GPU_KERNEL(name, arguments, threads) GPU_BOUNDED_KERNEL(name, arguments, threads, 2)
/// A kernel of which at least `blocks` blocks fit on a multiprocessor, which limits its registers.
#define GPU_BOUNDED_KERNEL(name, arguments, threads, blocks) \
  extern "C" __global__ void __launch_bounds__(threads, blocks) name(const __grid_constant__ arguments given)
#define GPU_INLINE static __device__ __forceinline__
/// GPU_INLINE for methods of structures.
#define GPU_METHOD __device__ __forceinline__
#define GPU_SHARED(type, name, count) __shared__ __align__(16) type name[count]
/// Goes before a loop over an array in registers: an index unknown at compile time would move the array to memory.
#define GPU_UNROLL _Pragma("unroll")
/// Goes before a loop whose body is too long to unroll.
#define GPU_ROLL _Pragma("unroll 1")

GPU_INLINE u32 thread_index() { return threadIdx.x; }
GPU_INLINE u32 block_column() { return blockIdx.y; }
GPU_INLINE u32 block_layer() { return blockIdx.z; }
GPU_INLINE u32 block_index() { return blockIdx.x; }
GPU_INLINE u32 block_count() { return gridDim.x; }
GPU_INLINE void barrier() { __syncthreads(); }
/// Whether to skip products that are all 0. Not on a GPU, where the branch costs more than the products.
GPU_INLINE constexpr bool may_skip(bool) { return false; }
/// The bits of all 32 lanes, as a word.
GPU_INLINE u32 warp_ballot(bool bit) { return __ballot_sync(0xffffffffu, bit); }
/// The value of the lane whose index differs in this bit.
GPU_INLINE u32 warp_exchange(u32 value, u32 bit) { return __shfl_xor_sync(0xffffffffu, value, bit); }
GPU_INLINE u32 float_bits(float value) { return __float_as_uint(value); }
GPU_INLINE float bits_float(u32 bits) { return __uint_as_float(bits); }
GPU_INLINE u32 permute(u32 low, u32 high, u32 selector) { return __byte_perm(low, high, selector); }
/// A word rotated to the left. distance: less than 64.
GPU_INLINE u32 rotate_left(u32 word, u32 distance) { return __funnelshift_l(word, word, distance); }
GPU_INLINE float fused(float a, float b, float c) { return __fmaf_rn(a, b, c); }
GPU_INLINE double fused(double a, double b, double c) { return __fma_rn(a, b, c); }
/// The larger number; where one is NaN, the other.
GPU_INLINE float maximum(float a, float b) { return fmaxf(a, b); }
GPU_INLINE float exponential(float x) { return expf(x); }
/// The same number, opaque to the compiler, which then keeps nothing derived from it in registers.
GPU_INLINE u32 opaque(u32 value)
{
  asm volatile("" : "+r"(value));
  return value;
}

GPU_INLINE u64 opaque(u64 value)
{
  asm volatile("" : "+l"(value));
  return value;
}

/// 1/x for x ≥ 1, accurate to one unit in the last place.
GPU_INLINE float approximate_reciprocal(float x)
{
  float result;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
}

GPU_INLINE float root(float x) { return __fsqrt_rn(x); }
GPU_INLINE double root(double x) { return __dsqrt_rn(x); }
// Sums and maxima of integers do not depend on the order of the threads.
GPU_INLINE void atomic_add(u64 *sum, u64 value) { atomicAdd(sum, value); }
GPU_INLINE void atomic_maximum(u32 *largest, u32 value) { atomicMax(largest, value); }

/// Writes two neighbouring floats. target: at an even index.
GPU_INLINE void store_pair(float *target, float first, float second) { *(float2 *)target = make_float2(first, second); }

/// A number rounded to float16, in the low 16 bits.
GPU_INLINE u32 half_bits(float value)
{
  u16 bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
}

GPU_INLINE float half_value(u32 bits)
{
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"((u16)bits));
  return value;
}

/// c [16, 8] += a [16, 16] · b [16, 8], in the fragments of PTX's mma.m16n8k16.
GPU_INLINE void multiply_add(float (&c)[4], const u32 (&a)[4], const u32 (&b)[2])
{
#if __CUDA_ARCH__ >= 800
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(b[0]));
  asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[2]), "r"(a[3]), "r"(b[1]));
#endif
}

/// Four matrices [8, 8] of float16 from shared memory, for multiply_add: lane l has the address of row l%8 of matrix
/// l/8.
///
/// target[m] gets from matrix m row l/4, columns 2(l%4) and the next; transposed: column l/4, rows 2(l%4) and the next.
template <bool isTransposed> GPU_INLINE void load_matrices(u32 (&target)[4], const void *row)
{
  const u32 address = (u32)__cvta_generic_to_shared(row);
  if (isTransposed) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(target[0]), "=r"(target[1]), "=r"(target[2]), "=r"(target[3])
                 : "r"(address)
                 : "memory");
  } else {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(target[0]), "=r"(target[1]), "=r"(target[2]), "=r"(target[3])
                 : "r"(address)
                 : "memory");
  }
}

/// Begins to copy 16 bytes into shared memory, or zeros without a source.
GPU_INLINE void copy_async(void *target, const void *source, bool hasSource)
{
#if __CUDA_ARCH__ >= 800
  const u32 address = (u32)__cvta_generic_to_shared(target);
  const int size = hasSource ? 16 : 0;
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(address), "l"(source), "r"(size));
#else
  uint4 value = {0, 0, 0, 0};
  if (hasSource) value = *(const uint4 *)source;
  *(uint4 *)target = value;
#endif
}

/// Ends a group of copies.
GPU_INLINE void commit_copies()
{
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.commit_group;");
#endif
}

/// Waits until at most `groups` groups of copies are unfinished.
template <int groups> GPU_INLINE void await_copies()
{
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_group %0;" ::"n"(groups));
#endif
}

#else
#include "emulated_device.h"
#endif

#include "gpu_arguments.h"

enum { WARP = 32 };

GPU_INLINE u32 lane_index() { return thread_index() % WARP; }
GPU_INLINE u32 warp_index() { return thread_index() / WARP; }
GPU_INLINE u32 ceil_div(u32 count, u32 divisor) { return (count + divisor - 1) / divisor; }
GPU_INLINE u32 minimum(u32 a, u32 b) { return a < b ? a : b; }
GPU_INLINE float magnitude(float value) { return bits_float(float_bits(value) & 0x7fffffffu); }

/// Floats from one pixel's channels to the next pixel's; those after the last channel are 0.
GPU_INLINE u32 channel_stride(u32 channels) { return ceil_div(channels, 4) * 4; }
/// The stride of halves, in halves: a pixel's are copied in units of 16 bytes.
GPU_INLINE u32 half_stride(u32 channels) { return ceil_div(channels, 8) * 8; }

/// 2 to the power of e. e: −126 to 127.
GPU_INLINE float power_of_two(int e) { return bits_float((u32)(e + 127) << 23); }
