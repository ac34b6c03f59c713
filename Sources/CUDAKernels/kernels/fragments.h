#pragma once

// Products of matrices on tensor cores, exact as float32's are, from numbers of 11 bits.
//
// A weight or gradient x is scaled by a power of two that puts the largest of its tensor into [2¹⁴, 2¹⁵), and is then
// high + low, both float16: high = x rounded, low = x − high rounded. What is lost is at most 2⁻²⁴·|x|, or 2⁻³⁹ of the
// largest. Spikes are exact in float16. A product of spikes takes two multiplications, one of dense numbers three:
// high·high + high·low + low·high. (Three parts of bfloat16 would take three and six, TF32 three at half the rate.)
//
// Fragments are those of mma.m16n8k16 (PTX ISA, "Matrix Fragments for mma.m16n8k16"). Of lane l: a[0] and a[1] have rows
// l/4 and l/4 + 8, columns 2(l%4) and the next, a[2] and a[3] the same 8 columns on; b[0] has those rows of column l/4,
// b[1] 8 rows on; c[0], c[1] row l/4, columns 2(l%4) and the next, c[2], c[3] 8 rows on.

#include "device.h"

enum {
  /// Rows and columns of a block of four warps, two by two.
  BLOCK_ROWS = 128,
  BLOCK_COLUMNS = 64,
  PRODUCT_THREADS = 128,
  /// A warp's share, in fragments of 16 rows and of 8 columns.
  WARP_ROW_TILES = 4,
  WARP_COLUMN_TILES = 4,
  /// Words of a packed fragment of 16 × 8 weights: a pair of words a lane.
  FRAGMENT_WORDS = 2 * WARP,
};

/// The exponent that puts a tensor's largest magnitude into [2¹⁴, 2¹⁵); 0 for one of zeros or with infinities.
GPU_INLINE int scale_exponent(u32 largestBits)
{
  const int exponent = (int)(largestBits >> 23);
  if (exponent == 0 || exponent == 255) return 0;
  const int scale = 14 - (exponent - 127);
  return scale > 120 ? 120 : scale;
}

/// x times 2 to the power of e, which may be below −126.
GPU_INLINE float scaled(float x, int e)
{
  return e < -126 ? x * power_of_two(e + 60) * power_of_two(-60) : x * power_of_two(e);
}

/// The halves of a scaled number: high in the low 16 bits, low above.
GPU_INLINE u32 split(float x)
{
  const u32 high = half_bits(x);
  // What has no low half is too large for float16 or no number.
  const float rest = x - half_value(high);
  const u32 low = magnitude(rest) < 65504.0f ? half_bits(rest) : 0;
  return high | low << 16;
}

/// The high halves of two numbers that lie side by side.
GPU_INLINE u32 high_halves(u32 first, u32 second) { return permute(first, second, 0x5410); }
GPU_INLINE u32 low_halves(u32 first, u32 second) { return permute(first, second, 0x7632); }

/// Two spikes, bits 0 and 1, as float16.
GPU_INLINE u32 spike_pair(u32 bits) { return ((bits & 1) | (bits & 2) << 15) * 0x3c00; }

/// Two sums of four spikes each, over 4, as float16: sums are in bits 4–7 and 12–15.
GPU_INLINE u32 mean_pair(u32 sums)
{
  // The upper bytes of 0, 1/4, 1/2, 3/4 and 1.
  return permute(0x3a383400, 0x3c, sums);
}

/// A pixel's neighbour that a tap sees: its number, or −1 where there is none.
GPU_INLINE int neighbour(u32 pixel, u32 tap, u32 height, u32 width)
{
  const int row = (int)(pixel / width % height) + (int)(tap / 3) - 1;
  const int column = (int)(pixel % width) + (int)(tap % 3) - 1;
  const bool isInside = row >= 0 && row < (int)height && column >= 0 && column < (int)width;
  return isInside ? (int)pixel + ((int)(tap / 3) - 1) * (int)width + (int)(tap % 3) - 1 : -1;
}
