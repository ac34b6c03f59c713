#pragma once

// Matrix products on tensor cores as accurate as float32's, from float16 with its 11 bits of precision.
//
// A weight or gradient x is scaled by a power of two that puts the largest of its tensor into [2¹⁴, 2¹⁵). Then it is
// split into float16 halves high + low: high = x rounded, low = x − high rounded. The error is at most 2⁻²⁴·|x|, or
// 2⁻³⁹ of the largest. Spikes are exact in float16. A product of spikes takes two multiplications, one of dense numbers
// three: high·high + high·low + low·high. (Three parts of bfloat16 would take three and six, TF32 three at half the
// rate.)
//
// Fragments are those of mma.m16n8k16 (PTX ISA, "Matrix Fragments for mma.m16n8k16"). In lane l, a[0] and a[1] have
// rows l/4 and l/4 + 8, columns 2(l%4) and the next; a[2] and a[3] the same, 8 columns to the right. b[0] has rows
// 2(l%4) and the next of column l/4, b[1] those 8 rows below. c[0] and c[1] have row l/4, columns 2(l%4) and the next;
// c[2] and c[3] the same, 8 rows below.

#include "device.h"

enum {
  /// Rows and columns of a block of eight warps, four by two.
  BLOCK_ROWS = 128,
  BLOCK_COLUMNS = 128,
  PRODUCT_THREADS = 256,
// How many blocks fit on a multiprocessor (see GPU_BOUNDED_KERNEL): of products with weights, and of weight gradients.
// Turing has shared memory for only one block of products.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 800
  PRODUCT_BLOCKS = 1,
  WEIGHT_BLOCKS = 2,
#else
  PRODUCT_BLOCKS = 2,
  WEIGHT_BLOCKS = 3,
#endif
  /// A warp's tile of the output, in fragments of 16 rows and of 8 columns.
  WARP_ROW_TILES = 2,
  WARP_COLUMN_TILES = 8,
  /// Words of a packed fragment of 16 × 8 weights: a pair of words a lane.
  FRAGMENT_WORDS = 2 * WARP,
};

/// The exponent that scales a tensor's largest magnitude into [2¹⁴, 2¹⁵); 0 if that is 0, subnormal, infinite or NaN.
GPU_INLINE int scale_exponent(u32 largestBits)
{
  const int exponent = (int)(largestBits >> 23);
  if (exponent == 0 || exponent == 255) return 0;
  const int scale = 14 - (exponent - 127);
  return scale > 120 ? 120 : scale;
}

/// x times 2 to the power of e. e: up to 127, may be below −126.
GPU_INLINE float scaled(float x, int e)
{
  return e < -126 ? x * power_of_two(e + 60) * power_of_two(-60) : x * power_of_two(e);
}

/// The halves of a scaled number: the high half in the low 16 bits, the low half above.
GPU_INLINE u32 split(float x)
{
  const u32 high = half_bits(x);
  // Numbers too large for float16, infinities and NaN have no low half.
  const float rest = x - half_value(high);
  const u32 low = magnitude(rest) < 65504.0f ? half_bits(rest) : 0;
  return high | low << 16;
}

/// The high halves of two neighbouring numbers, the first in the low 16 bits.
GPU_INLINE u32 high_halves(u32 first, u32 second) { return permute(first, second, 0x5410); }
GPU_INLINE u32 low_halves(u32 first, u32 second) { return permute(first, second, 0x7632); }

/// Writes a scaled number's halves into [2, count]. isHalf: the high one only.
GPU_INLINE void write_halves(u16 *halves, u64 index, u64 count, float scaledNumber, bool isHalf)
{
  const u32 both = split(scaledNumber);
  halves[index] = (u16)both;
  if (!isHalf) halves[count + index] = (u16)(both >> 16);
}

// A mask turns spikes into float16. A bit becomes 2⁻¹⁴, float16's smallest normal number: tensor cores lose digits
// where a factor is subnormal. With four bit planes each bit is 2⁻¹⁵, so that adding up to four bit patterns adds their
// values; only a single bit is subnormal, and costs one digit. Products are scaled back at the end. One mask yields the
// pair of spikes 16 bits apart in a word of 32, so element k of a group of 32 is spike spike_index(k).

/// The bit of a word that element k of a product's group of 32 takes.
GPU_INLINE u32 spike_index(u32 k) { return k / 2 % 4 + k / 8 * 4 + k % 2 * 16; }

/// Converts a word of spikes to float16: pair p of lane l has elements k = 8·p + 2(l%4) and the next.
template <int planes> GPU_INLINE void spike_pairs(const u32 (&bits)[planes], u32 (&pairs)[4])
{
  enum { SHIFT = planes == 1 ? 10 : 9, MASK = 0x00010001 << SHIFT };
  const u32 distance = WARP + SHIFT - lane_index() % 4;
  GPU_UNROLL
  for (int pair = 0; pair < 4; pair++) {
    pairs[pair] = 0;
    GPU_UNROLL
    for (int plane = 0; plane < planes; plane++) pairs[pair] += rotate_left(bits[plane], distance - 4 * pair) & MASK;
  }
}

/// The exponent that scales products of spikes back; for four bit planes, to the mean of their spikes.
GPU_INLINE int spike_scale(int planes) { return planes == 1 ? 14 : 13; }

/// The input pixels of a row of a product.
struct product_row {
  /// The pixel itself, for a convolution; else the first pixel of the row's image.
  u32 pixel;
  /// Bit t: whether tap t is inside the image. Always so but for the nine taps of a convolution.
  u32 taps;
};

GPU_INLINE product_row product_row_at(u32 row, u32 rows, u32 taps, bool isConvolution, u32 height, u32 width)
{
  product_row found = {0, 0};
  if (row >= rows) return found;
  found.pixel = isConvolution ? row : row * taps;
  found.taps = 0xffffffffu;
  if (!isConvolution) return found;
  const u32 line = row / width % height, column = row % width;
  const u32 columns = (column > 0 ? 1 : 0) | 2 | (column + 1 < width ? 4 : 0);
  found.taps = (line > 0 ? columns : 0) | columns << 3 | (line + 1 < height ? columns << 6 : 0);
  return found;
}

GPU_INLINE bool has_tap(const product_row &row, u32 tap) { return row.taps >> tap % 32 & 1; }

/// The offset of a tap's pixel from the row's, in pixels.
GPU_INLINE int tap_offset(u32 tap, bool isConvolution, u32 width)
{
  return isConvolution ? ((int)(tap / 3) - 1) * (int)width + (int)(tap % 3) - 1 : (int)tap;
}
