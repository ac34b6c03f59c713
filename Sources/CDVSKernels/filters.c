#include "dvsk.h"
#include "winograd-points.h"

#include <string.h>

#pragma STDC FP_CONTRACT OFF

// Filters are packed only once in each training step, so scalar code is fast enough.

void dvsk_pack_filters(
  const dvsk_filters *f, ptrdiff_t first_output, ptrdiff_t end_output, float *packed)
{
  for (ptrdiff_t input = 0; input < f->input_count; input++) {
    for (ptrdiff_t tap = 0; tap < 9; tap++) {
      float *to = packed + (tap * f->padded_rows + input) * f->padded_columns;
      for (ptrdiff_t output = first_output; output < end_output; output++)
        to[output] = f->filters[(output * f->input_count + input) * 9 + tap];
    }
  }
}

void dvsk_add_packed_filters(
  const dvsk_filters *f, ptrdiff_t first_output, ptrdiff_t end_output, const float *packed,
  float scale, float *filters)
{
  for (ptrdiff_t input = 0; input < f->input_count; input++) {
    for (ptrdiff_t tap = 0; tap < 9; tap++) {
      const float *from = packed + (tap * f->padded_rows + input) * f->padded_columns;
      for (ptrdiff_t output = first_output; output < end_output; output++)
        filters[(output * f->input_count + input) * 9 + tap] += from[output] * scale;
    }
  }
}

// The matrix G of F(4x4, 3x3). The row of a finite point p is (1, p, p^2) / N_p, where N_p is the product of its differences
// from the other finite points; the last row is that of infinity. For the points 0, P, -P, Q and -Q: N_0 = P^2 Q^2,
// N_P = N_-P = 2 P^2 (P^2 - Q^2), N_Q = N_-Q = 2 Q^2 (Q^2 - P^2).
#define P ((double)DVSK_POINT_1)
#define Q ((double)DVSK_POINT_2)
#define N_P (2 * P * P * (P * P - Q * Q))
#define N_Q (2 * Q * Q * (Q * Q - P * P))
static const double transform_4[6][3] = {
  {1 / (P * P * Q * Q), 0, 0}, {1 / N_P, P / N_P, P * P / N_P}, {1 / N_P, -P / N_P, P * P / N_P},
  {1 / N_Q, Q / N_Q, Q * Q / N_Q}, {1 / N_Q, -Q / N_Q, Q * Q / N_Q}, {0, 0, 1},
};
#undef P
#undef Q
#undef N_P
#undef N_Q
// The matrix G of F(2x2, 3x3), as in Lavin and Gray's paper.
static const double transform_2[4][3] = {
  {1, 0, 0}, {1.0 / 2, 1.0 / 2, 1.0 / 2}, {1.0 / 2, -1.0 / 2, 1.0 / 2}, {0, 0, 1},
};

/// Rounds a finite number to bfloat16, to nearest, ties to even.
static uint16_t to_bfloat16(float value)
{
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return (uint16_t)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

void dvsk_pack_winograd(
  const dvsk_filters *f, int tile_size, int transposes, int uses_bfloat16, ptrdiff_t first_row,
  ptrdiff_t end_row, void *packed)
{
  const int edge = tile_size + 2;
  const double(*g)[3] = tile_size == 4 ? transform_4 : transform_2;
  const ptrdiff_t columns = transposes ? f->input_count : f->output_count;
  for (ptrdiff_t row = first_row; row < end_row; row++) {
    for (ptrdiff_t column = 0; column < columns; column++) {
      const ptrdiff_t output = transposes ? row : column, input = transposes ? column : row;
      const float *filter = f->filters + (output * f->input_count + input) * 9;
      double transformed[6][3];
      for (int i = 0; i < edge; i++) {
        for (int b = 0; b < 3; b++) {
          transformed[i][b] = 0;
          for (int a = 0; a < 3; a++) {
            const int tap = 3 * a + b;
            transformed[i][b] += g[i][a] * filter[transposes ? 8 - tap : tap];
          }
        }
      }
      const ptrdiff_t panel = column / 32 * 32;
      const ptrdiff_t width = f->padded_columns - panel < 32 ? f->padded_columns - panel : 32;
      const ptrdiff_t start = panel * f->padded_rows;
      float *to = (float *)packed + start + row * width + column - panel;
      uint16_t *bfloat16_to =
        (uint16_t *)packed + start + row / 2 * 2 * width + (column - panel) * 2 + row % 2;
      for (int i = 0; i < edge; i++) {
        for (int j = 0; j < edge; j++) {
          const double *t = transformed[i];
          const double value = t[0] * g[j][0] + t[1] * g[j][1] + t[2] * g[j][2];
          const ptrdiff_t matrix = (i * edge + j) * f->padded_rows * f->padded_columns;
          if (uses_bfloat16) bfloat16_to[matrix] = to_bfloat16((float)value);
          else to[matrix] = (float)value;
        }
      }
    }
  }
}
