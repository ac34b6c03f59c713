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
  /// Rows and columns of a block of eight warps, four by two.
  BLOCK_ROWS = 128,
  BLOCK_COLUMNS = 128,
  PRODUCT_THREADS = 256,
// How many blocks share a multiprocessor's registers, see GPU_DENSE_KERNEL: those of products by weights, and those
// of weight gradients. Turing has shared memory for one of the former only.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 800
  PRODUCT_BLOCKS = 1,
  WEIGHT_BLOCKS = 2,
#else
  PRODUCT_BLOCKS = 2,
  WEIGHT_BLOCKS = 3,
#endif
  /// A warp's share, in fragments of 16 rows and of 8 columns.
  WARP_ROW_TILES = 2,
  WARP_COLUMN_TILES = 8,
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

/// Writes a scaled number's halves into [2, count], the low one where it is wanted.
GPU_INLINE void write_halves(u16 *halves, u64 place, u64 count, float scaledNumber, bool isHalf)
{
  const u32 both = split(scaledNumber);
  halves[place] = (u16)both;
  if (!isHalf) halves[count + place] = (u16)(both >> 16);
}

// Spikes become float16 by a mask. A bit is 2⁻¹⁴ there, float16's smallest normal number: tensor cores cut digits off where
// a factor is subnormal. Of four planes each bit is 2⁻¹⁵, so that up to four add up, of which one alone is subnormal and has
// lost one digit. Products are scaled back in the end. Of a word of 32 spikes the pairs are those 16 apart, so that one mask
// yields a pair: number k of a fragment's group of 32 is spike spike_of(k).

/// The spike of a word that is number k in the products' order.
GPU_INLINE u32 spike_of(u32 k) { return k / 2 % 4 + k / 8 * 4 + k % 2 * 16; }

/// What comes in as pairs, for pairs 0 to 3 of this lane: those of k = 8·pair + 2(l%4) and the next.
template <int planes> GPU_INLINE void spike_pairs(const u32 (&bits)[planes], u32 (&pairs)[4])
{
  enum { PLACE = planes == 1 ? 10 : 9, MASK = 0x00010001 << PLACE };
  const u32 distance = WARP + PLACE - lane_index() % 4;
  GPU_UNROLL
  for (int pair = 0; pair < 4; pair++) {
    pairs[pair] = 0;
    GPU_UNROLL
    for (int plane = 0; plane < planes; plane++) pairs[pair] += rotated(bits[plane], distance - 4 * pair) & MASK;
  }
}

/// The exponent of what products of spikes are multiplied by; of four planes the mean is meant.
GPU_INLINE int spike_scale(int planes) { return planes == 1 ? 14 : 13; }

/// A row of a product: where its taps find what they see.
struct product_row {
  /// The pixel itself, for a convolution; else the first of the row's pixels.
  u32 pixel;
  /// Bit t: whether tap t sees anything. A convolution has nine, other products see all.
  u32 seen;
};

GPU_INLINE product_row product_row_at(u32 row, u32 rows, u32 taps, bool isConvolution, u32 height, u32 width)
{
  product_row found = {0, 0};
  if (row >= rows) return found;
  found.pixel = isConvolution ? row : row * taps;
  found.seen = 0xffffffffu;
  if (!isConvolution) return found;
  const u32 line = row / width % height, column = row % width;
  const u32 columns = (column > 0 ? 1 : 0) | 2 | (column + 1 < width ? 4 : 0);
  found.seen = (line > 0 ? columns : 0) | columns << 3 | (line + 1 < height ? columns << 6 : 0);
  return found;
}

GPU_INLINE bool sees(const product_row &row, u32 tap) { return row.seen >> tap % 32 & 1; }

/// How far a tap's pixel is from the row's.
GPU_INLINE int tap_offset(u32 tap, bool isConvolution, u32 width)
{
  return isConvolution ? ((int)(tap / 3) - 1) * (int)width + (int)(tap % 3) - 1 : (int)tap;
}
