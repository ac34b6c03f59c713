// Linear layers: zeros among the inputs are skipped; see dvsk.h.

static void DVSK_NAME(find_nonzero)(
  const float *row, ptrdiff_t count, int32_t *places, float *values, int32_t *found)
{
  int32_t number = 0;
  for (ptrdiff_t first = 0; first < count; first += 16) {
    const ptrdiff_t left = count - first;
    const dvsk_f16 x = left >= 16 ? DVSK_NAME(load)(row + first)
                                  : DVSK_NAME(load_some)(row + first, left);
    for (uint32_t mask = DVSK_NAME(bits)(x != 0.0f); mask; mask &= mask - 1) {
      const int place = __builtin_ctz(mask);
      places[number] = (int32_t)(first + place);
      values[number] = row[first + place];
      number++;
    }
  }
  *found = number;
}

/// The sums of one row, of inputs up to `end`, of four vectors of outputs.
DVSK_INLINE int32_t DVSK_NAME(linear_row)(
  const int32_t *places, const float *values, int32_t cursor, int32_t found, ptrdiff_t end,
  const float *weights, dvsk_f16 *total)
{
  for (; cursor < found && places[cursor] < end; cursor++) {
    const float *from = weights + (ptrdiff_t)places[cursor] * DVSK_LINEAR_BLOCK;
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
  // So many inputs' weights stay in a core's second cache while all rows use them.
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
        inputs->places + row * layer->input_count, inputs->values + row * layer->input_count,
        cursor, inputs->counts[row], first + chunk, weights, total);
#pragma clang loop unroll(full)
      for (int i = 0; i < 4; i++) {
        const ptrdiff_t count = left - 16 * i < 16 ? left - 16 * i : 16;
        if (count > 0) DVSK_NAME(store_some)(to + 16 * i, total[i], count);
      }
    }
  }
}

/// One step of the transposition of 16 x 16 numbers: swaps the blocks of `distance` off the diagonal.
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

/// The rows, in order of the samples and then of the steps, in which each of 16 inputs is not zero.
typedef struct {
  /// [16, T N]
  int32_t *rows;
  float *values;
  /// [16, N + 1]: where a sample's rows begin.
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

/// One input's gradient with respect to its weights of four vectors of outputs; 0 where it has none.
DVSK_INLINE int DVSK_NAME(linear_column)(
  const dvsk_linear *layer, const int32_t *rows, const float *values, const int32_t *starts,
  const float *gradient, const dvsk_additions *additions, dvsk_f16 *partial, uint8_t *is_there)
{
  for (ptrdiff_t sample = 0; sample < layer->sample_count; sample++) {
    is_there[sample] = starts[sample] < starts[sample + 1];
    if (!is_there[sample]) continue;
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
    if (!is_there[from]) continue;
    // A sample without such an input adds nothing, not even a zero.
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++)
      partial[4 * into + i] =
        is_there[into] ? partial[4 * into + i] + partial[4 * from + i] : partial[4 * from + i];
    is_there[into] = 1;
  }
  return is_there[0];
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
  uint8_t *const is_there = (uint8_t *)(found.starts + 16 * (samples + 1));
  DVSK_NAME(find_rows)(layer, input + first_input, width, found);
  for (ptrdiff_t first = 0; first < layer->output_count; first += DVSK_LINEAR_BLOCK) {
    dvsk_f16 tile[4][16];
    int is_any = 0;
    for (ptrdiff_t i = 0; i < 16; i++) {
      const int is = i < width
        && DVSK_NAME(linear_column)(
          layer, found.rows + i * row_count, found.values + i * row_count,
          found.starts + i * (samples + 1), gradient + first, additions, partial, is_there);
      is_any |= is;
      for (int part = 0; part < 4; part++) tile[part][i] = is ? partial[part] : (dvsk_f16)0.0f;
    }
    if (!is_any) continue;
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
