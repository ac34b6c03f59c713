// Linear layers, which skip inputs that are zero; see dvsk.h.

static void DVSK_NAME(find_nonzero)(
  const float *row, ptrdiff_t count, int32_t *indices, float *values, int32_t *found)
{
  int32_t number = 0;
  for (ptrdiff_t first = 0; first < count; first += 16) {
    const ptrdiff_t left = count - first;
    const dvsk_f16 x = left >= 16 ? DVSK_NAME(load)(row + first)
                                  : DVSK_NAME(load_some)(row + first, left);
    for (uint32_t mask = DVSK_NAME(bits)(x != 0.0f); mask; mask &= mask - 1) {
      const int lane = __builtin_ctz(mask);
      indices[number] = (int32_t)(first + lane);
      values[number] = row[first + lane];
      number++;
    }
  }
  *found = number;
}

/// Adds a row's products with inputs before `end`, from `cursor` on, to four vectors of outputs; returns the next cursor.
DVSK_INLINE int32_t DVSK_NAME(linear_row)(
  const int32_t *indices, const float *values, int32_t cursor, int32_t found, ptrdiff_t end,
  const float *weights, dvsk_f16 *total)
{
  for (; cursor < found && indices[cursor] < end; cursor++) {
    const float *from = weights + (ptrdiff_t)indices[cursor] * DVSK_LINEAR_BLOCK;
    const dvsk_f16 value = values[cursor];
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++)
      total[i] = DVSK_NAME(fma)(value, DVSK_NAME(load)(from + 16 * i), total[i]);
  }
  return cursor;
}

static void DVSK_NAME(linear_forward)(
  const dvsk_linear *layer, const dvsk_nonzero *inputs, const float *weights,
  ptrdiff_t first_output, ptrdiff_t first_sample, ptrdiff_t sample_count, int32_t *cursors,
  float *sums)
{
  // The weights of this many inputs fit into a core's level-2 cache while all rows use them.
  const ptrdiff_t chunk = 2048;
  const ptrdiff_t outputs = layer->output_count, left = outputs - first_output;
  const ptrdiff_t row_count = layer->step_count * sample_count;
  for (ptrdiff_t first = 0; first < layer->input_count; first += chunk) {
    for (ptrdiff_t number = 0; number < row_count; number++) {
      const ptrdiff_t step = number / sample_count, sample = first_sample + number % sample_count;
      const ptrdiff_t row = step * layer->sample_count + sample;
      float *to = sums + row * outputs + first_output;
      dvsk_f16 total[4];
#pragma clang loop unroll(full)
      for (int i = 0; i < 4; i++) {
        const ptrdiff_t count = left - 16 * i < 16 ? left - 16 * i : 16;
        total[i] = 0.0f;
        if (first > 0 && count > 0) total[i] = DVSK_NAME(load_some)(to + 16 * i, count);
      }
      const int32_t cursor = first > 0 ? cursors[number] : 0;
      cursors[number] = DVSK_NAME(linear_row)(
        inputs->indices + row * layer->input_count, inputs->values + row * layer->input_count,
        cursor, inputs->counts[row], first + chunk, weights, total);
#pragma clang loop unroll(full)
      for (int i = 0; i < 4; i++) {
        const ptrdiff_t count = left - 16 * i < 16 ? left - 16 * i : 16;
        if (count > 0) DVSK_NAME(store_some)(to + 16 * i, total[i], count);
      }
    }
  }
}

/// One step of transposing 16 x 16 values: swaps the off-diagonal blocks of size `distance`.
#define DVSK_SWAP(rows, distance, ...)                                                   \
  for (int i = 0; i < 16; i++) {                                                         \
    if (i & distance) continue;                                                          \
    const dvsk_f16 a = rows[i], b = rows[i + distance];                                  \
    rows[i] = __builtin_shufflevector(a, b, DVSK_UPPER_##distance);                      \
    rows[i + distance] = __builtin_shufflevector(a, b, DVSK_LOWER_##distance);           \
  }
#define DVSK_UPPER_8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define DVSK_LOWER_8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#define DVSK_UPPER_4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define DVSK_LOWER_4 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define DVSK_UPPER_2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define DVSK_LOWER_2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define DVSK_UPPER_1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define DVSK_LOWER_1 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31

DVSK_INLINE void DVSK_NAME(transpose)(dvsk_f16 *rows)
{
  DVSK_SWAP(rows, 8)
  DVSK_SWAP(rows, 4)
  DVSK_SWAP(rows, 2)
  DVSK_SWAP(rows, 1)
}

#undef DVSK_SWAP

static void DVSK_NAME(pack_linear)(
  const dvsk_linear *layer, const float *weights, ptrdiff_t first_output, ptrdiff_t first_input,
  ptrdiff_t end_input, int rounds, float *packed)
{
  for (ptrdiff_t input = first_input; input < end_input; input += 16) {
    const ptrdiff_t width = end_input - input < 16 ? end_input - input : 16;
    for (ptrdiff_t part = 0; part < DVSK_LINEAR_BLOCK; part += 16) {
      dvsk_f16 rows[16];
      for (ptrdiff_t i = 0; i < 16; i++) {
        const ptrdiff_t output = first_output + part + i;
        const float *from = weights + output * layer->input_count + input;
        rows[i] = output >= layer->output_count ? (dvsk_f16)0.0f
          : width == 16 ? DVSK_NAME(load)(from) : DVSK_NAME(load_some)(from, width);
        if (rounds) rows[i] = DVSK_NAME(bfloat16s)(rows[i]);
      }
      DVSK_NAME(transpose)(rows);
      for (ptrdiff_t i = 0; i < width; i++)
        DVSK_NAME(store)(packed + (input + i) * DVSK_LINEAR_BLOCK + part, rows[i]);
    }
  }
}

/// The rows in which each of 16 inputs is not zero, ordered by sample and then by time step, and the input's values there.
typedef struct {
  /// [16, T N], like `values`.
  int32_t *rows;
  float *values;
  /// [16, N + 1]: the index of each sample's first row.
  int32_t *starts;
} DVSK_NAME(columns_of_rows);

DVSK_INLINE void DVSK_NAME(find_rows)(
  const dvsk_linear *layer, const float *input, ptrdiff_t width, DVSK_NAME(columns_of_rows) found)
{
  const ptrdiff_t samples = layer->sample_count, row_count = layer->step_count * samples;
  int32_t counts[16] = {0};
  for (ptrdiff_t sample = 0; sample < samples; sample++) {
    for (int i = 0; i < 16; i++) found.starts[i * (samples + 1) + sample] = counts[i];
    for (ptrdiff_t step = 0; step < layer->step_count; step++) {
      const ptrdiff_t row = step * samples + sample;
      const float *from = input + row * layer->input_count;
      const dvsk_f16 x =
        width == 16 ? DVSK_NAME(load)(from) : DVSK_NAME(load_some)(from, width);
      for (uint32_t mask = DVSK_NAME(bits)(x != 0.0f); mask; mask &= mask - 1) {
        const int i = __builtin_ctz(mask);
        found.rows[i * row_count + counts[i]] = (int32_t)row;
        found.values[i * row_count + counts[i]] = from[i];
        counts[i]++;
      }
    }
  }
  for (int i = 0; i < 16; i++) found.starts[i * (samples + 1) + samples] = counts[i];
}

/// Computes one input's weight gradient for four vectors of outputs, into partial[0 ..< 4].
///
/// Returns 0, and no gradient, if the input is always zero. is_present[sample] says whether partial has a sum of that
/// sample.
DVSK_INLINE int DVSK_NAME(linear_column)(
  const dvsk_linear *layer, const int32_t *rows, const float *values, const int32_t *starts,
  const float *gradient, const dvsk_additions *additions, dvsk_f16 *partial, uint8_t *is_present)
{
  for (ptrdiff_t sample = 0; sample < layer->sample_count; sample++) {
    is_present[sample] = starts[sample] < starts[sample + 1];
    if (!is_present[sample]) continue;
    dvsk_f16 total[4];
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) total[i] = 0.0f;
    for (int32_t number = starts[sample]; number < starts[sample + 1]; number++) {
      const float *from = gradient + rows[number] * layer->gradient_stride;
      const dvsk_f16 value = values[number];
#pragma clang loop unroll(full)
      for (int i = 0; i < 4; i++)
        total[i] = DVSK_NAME(fma)(value, DVSK_NAME(load)(from + 16 * i), total[i]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) partial[4 * sample + i] = total[i];
  }
  for (ptrdiff_t number = 0; number < additions->count; number++) {
    const int32_t into = additions->pairs[2 * number], from = additions->pairs[2 * number + 1];
    if (!is_present[from]) continue;
    // A sample in which the input is always zero adds nothing, not even 0, which would turn -0 into 0.
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++)
      partial[4 * into + i] =
        is_present[into] ? partial[4 * into + i] + partial[4 * from + i] : partial[4 * from + i];
    is_present[into] = 1;
  }
  return is_present[0];
}

static void DVSK_NAME(linear_weight_gradient)(
  const dvsk_linear *layer, const float *input, const float *gradient, ptrdiff_t first_input,
  const dvsk_additions *additions, float *weights, void *scratch)
{
  const ptrdiff_t samples = layer->sample_count, row_count = layer->step_count * samples;
  const ptrdiff_t left = layer->input_count - first_input, width = left < 16 ? left : 16;
  dvsk_f16 *const partial = scratch;
  DVSK_NAME(columns_of_rows) found;
  found.values = (float *)(partial + 4 * samples);
  found.rows = (int32_t *)(found.values + 16 * row_count);
  found.starts = found.rows + 16 * row_count;
  uint8_t *const is_present = (uint8_t *)(found.starts + 16 * (samples + 1));
  DVSK_NAME(find_rows)(layer, input + first_input, width, found);
  for (ptrdiff_t first = 0; first < layer->output_count; first += DVSK_LINEAR_BLOCK) {
    dvsk_f16 tile[4][16];
    int is_any_present = 0;
    for (ptrdiff_t i = 0; i < 16; i++) {
      const int has_gradient = i < width
        && DVSK_NAME(linear_column)(
          layer, found.rows + i * row_count, found.values + i * row_count,
          found.starts + i * (samples + 1), gradient + first, additions, partial, is_present);
      is_any_present |= has_gradient;
      for (int part = 0; part < 4; part++) tile[part][i] = has_gradient ? partial[part] : (dvsk_f16)0.0f;
    }
    if (!is_any_present) continue;
    for (int part = 0; part < 4; part++) {
      DVSK_NAME(transpose)(tile[part]);
      for (int i = 0; i < 16; i++) {
        const ptrdiff_t output = first + 16 * part + i;
        if (output >= layer->output_count) break;
        float *to = weights + output * layer->input_count + first_input;
        if (width == 16) {
          DVSK_NAME(store)(to, DVSK_NAME(load)(to) + tile[part][i]);
        } else {
          DVSK_NAME(store_some)(
            to, DVSK_NAME(load_some)(to, width) + tile[part][i], width);
        }
      }
    }
  }
}

static void DVSK_NAME(linear_input_gradient)(
  const dvsk_linear *layer, const float *gradient, const float *weights, ptrdiff_t first_input,
  ptrdiff_t row_count, int rounds, float *panel, float *result, ptrdiff_t result_stride)
{
  const ptrdiff_t left = layer->input_count - first_input;
  const int vectors = left > 16 ? 2 : 1;
  for (ptrdiff_t output = 0; output < layer->output_count; output++) {
    for (int v = 0; v < vectors; v++) {
      const float *from = weights + output * layer->input_count + first_input + 16 * v;
      const ptrdiff_t width = left - 16 * v < 16 ? left - 16 * v : 16;
      dvsk_f16 row = width == 16 ? DVSK_NAME(load)(from) : DVSK_NAME(load_some)(from, width);
      if (rounds) row = DVSK_NAME(bfloat16s)(row);
      DVSK_NAME(store)(panel + (output * vectors + v) * 16, row);
    }
  }
  DVSK_NAME(panel_product)(
    gradient, layer->gradient_stride, panel, 16 * vectors, result, row_count, layer->output_count,
    result_stride, 1);
}
