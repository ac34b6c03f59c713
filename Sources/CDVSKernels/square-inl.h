// Batch norm, neurons over time and 2x2 pooling of four sites; see dvsk.h.
//
// Sixteen channels at a time go through all steps, so that membranes stay in registers.

DVSK_INLINE dvsk_f16 DVSK_NAME(leaked)(dvsk_f16 value, const dvsk_neuron *n, const int divides)
{
  return divides ? value / n->tau : value * n->k;
}

DVSK_INLINE dvsk_f16 DVSK_NAME(charged)(
  dvsk_f16 before, dvsk_f16 input, const dvsk_neuron *n, const int divides, const int decays)
{
  const dvsk_f16 decayed = before - n->reset;
  return decays ? before + DVSK_NAME(leaked)(input - decayed, n, divides)
                : before - DVSK_NAME(leaked)(decayed, n, divides) + input;
}

DVSK_INLINE dvsk_f16 DVSK_NAME(reset)(
  dvsk_f16 charge, dvsk_i16 fires, const dvsk_neuron *n, const int soft)
{
  const dvsk_f16 after = soft ? charge - n->threshold : (dvsk_f16)n->reset;
  return fires ? after : charge;
}

DVSK_INLINE void DVSK_NAME(square_forward_body)(
  const dvsk_neuron *n, const dvsk_square *square, const float *input, const float *scale,
  const float *shift, uint16_t *bits, int32_t *counts, const int divides, const int decays,
  const int soft)
{
  for (ptrdiff_t c = 0; c < square->channel_count; c += 16) {
    dvsk_f16 membrane[4];
    for (int site = 0; site < 4; site++) membrane[site] = n->reset;
    dvsk_i16 count = 0;
    for (ptrdiff_t t = 0; t < square->step_count; t++) {
      const dvsk_f16 a = DVSK_NAME(load)(scale + t * square->norm_stride + c);
      const dvsk_f16 b = DVSK_NAME(load)(shift + t * square->norm_stride + c);
      uint16_t *to = bits + t * square->bits_step_stride + c / 16;
      uint16_t any = 0;
#pragma clang loop unroll(full)
      for (int site = 0; site < 4; site++) {
        const float *from =
          input + square->site_offset[site] + t * square->channel_count + c;
        if (square->next_offset) __builtin_prefetch(from + square->next_offset, 0, 2);
        const dvsk_f16 x = DVSK_NAME(load)(from);
        const dvsk_f16 charge =
          DVSK_NAME(charged)(membrane[site], x * a + b, n, divides, decays);
        const dvsk_i16 fires = charge >= n->threshold;
        membrane[site] = DVSK_NAME(reset)(charge, fires, n, soft);
        count -= fires;
        const uint16_t fired = DVSK_NAME(bits)(fires);
        if (square->plane_count == 4) to[site * square->bits_plane_stride] = fired;
        any |= fired;
      }
      if (square->plane_count == 1) *to = any;
    }
    dvsk_i16 total;
    memcpy(&total, counts + c, sizeof total);
    total += count;
    memcpy(counts + c, &total, sizeof total);
  }
}

static void DVSK_NAME(square_forward)(
  const dvsk_neuron *n, const dvsk_square *square, const float *input, const float *scale,
  const float *shift, uint16_t *bits, int32_t *counts)
{
  // The document's neurons have a body of their own; all others share one with run-time flags.
  if (!n->divides && n->decays_input && !n->is_soft) {
    DVSK_NAME(square_forward_body)(n, square, input, scale, shift, bits, counts, 0, 1, 0);
  } else {
    DVSK_NAME(square_forward_body)(
      n, square, input, scale, shift, bits, counts, n->divides, n->decays_input, n->is_soft);
  }
}

DVSK_INLINE dvsk_f16 DVSK_NAME(surrogates)(dvsk_f16 u, const dvsk_surrogate kind, float alpha)
{
  if (kind == DVSK_ATAN) {
    const dvsk_f16 scaled = (float)(3.14159265358979323846 / 2 * (double)alpha) * u;
    return (alpha / 2) / (1 + scaled * scaled);
  }
  if (kind == DVSK_SIGMOID) {
    dvsk_f16 sigma;
    for (int i = 0; i < 16; i++) sigma[i] = 1 / (1 + expf(-alpha * u[i]));
    return alpha * sigma * (1 - sigma);
  }
  const dvsk_f16 size = u < 0.0f ? -u : u;
  const dvsk_f16 value = alpha - alpha * alpha * size;
  return value > 0.0f ? value : (dvsk_f16)0.0f;
}

/// The gradient by the charges of four sites that went through the spikes: by_spike = routed gradient * derivative.
///
/// derivative is written only where something besides is multiplied by it: where reset is not detached.
DVSK_INLINE void DVSK_NAME(route)(
  const dvsk_neuron *n, const int averages, dvsk_f16 pooled, const dvsk_f16 *charge,
  const dvsk_i16 *fires, dvsk_f16 *by_spike, dvsk_f16 *derivative, const int detaches,
  const dvsk_surrogate kind)
{
  const dvsk_f16 zero = 0.0f;
  // The first that fired wins; where none has, all are equal, and the first wins.
  const dvsk_i16 second = ~fires[0] & fires[1];
  const dvsk_i16 third = ~(fires[0] | fires[1]) & fires[2];
  const dvsk_i16 fourth = ~(fires[0] | fires[1] | fires[2]) & fires[3];
  const dvsk_i16 others = second | third | fourth;
  if (!averages && detaches) {
    // A derivative costs a division, and only one of the four is asked for.
    const dvsk_f16 winner =
      fourth ? charge[3] : third ? charge[2] : second ? charge[1] : charge[0];
    const dvsk_f16 value =
      pooled * DVSK_NAME(surrogates)(winner - n->threshold, kind, n->alpha);
    by_spike[0] = others ? zero : value;
    by_spike[1] = second ? value : zero;
    by_spike[2] = third ? value : zero;
    by_spike[3] = fourth ? value : zero;
    return;
  }
  dvsk_f16 routed[4];
  if (averages) {
    for (int site = 0; site < 4; site++) routed[site] = pooled * 0.25f;
  } else {
    routed[0] = others ? zero : pooled;
    routed[1] = second ? pooled : zero;
    routed[2] = third ? pooled : zero;
    routed[3] = fourth ? pooled : zero;
  }
#pragma clang loop unroll(full)
  for (int site = 0; site < 4; site++) {
    derivative[site] = DVSK_NAME(surrogates)(charge[site] - n->threshold, kind, n->alpha);
    by_spike[site] = routed[site] * derivative[site];
  }
}

DVSK_INLINE void DVSK_NAME(square_backward_body)(
  const dvsk_neuron *n, const dvsk_square *square, const float *input, const float *scale,
  const float *shift, const dvsk_square_gradient *gradient, float *restrict scratch,
  const int divides, const int decays, const int soft, const int detaches,
  const dvsk_surrogate kind)
{
  const ptrdiff_t steps = square->step_count, channels = square->channel_count;
  for (ptrdiff_t c = 0; c < channels; c += 16) {
    dvsk_f16 membrane[4], after[4];
    for (int site = 0; site < 4; site++) {
      membrane[site] = n->reset;
      after[site] = 0.0f;
    }
    for (ptrdiff_t t = 0; t < steps; t++) {
      const dvsk_f16 a = DVSK_NAME(load)(scale + t * square->norm_stride + c);
      const dvsk_f16 b = DVSK_NAME(load)(shift + t * square->norm_stride + c);
#pragma clang loop unroll(full)
      for (int site = 0; site < 4; site++) {
        const float *from = input + square->site_offset[site] + t * channels + c;
        if (square->next_offset) __builtin_prefetch(from + square->next_offset, 0, 2);
        const dvsk_f16 x = DVSK_NAME(load)(from);
        const dvsk_f16 charge =
          DVSK_NAME(charged)(membrane[site], x * a + b, n, divides, decays);
        DVSK_NAME(store)(scratch + (t * 4 + site) * 16, charge);
        membrane[site] = DVSK_NAME(reset)(charge, charge >= n->threshold, n, soft);
      }
    }
    dvsk_f16 sum = 0.0f, product = 0.0f, weight = 0.0f;
    for (ptrdiff_t t = steps - 1; t >= 0; t--) {
      dvsk_f16 charge[4], by_spike[4], derivative[4];
      dvsk_i16 fires[4];
      const float *from = gradient->pooled + t * gradient->pooled_step_stride + c;
      __builtin_prefetch(from + steps * gradient->pooled_step_stride, 0, 2);
      const dvsk_f16 pooled = DVSK_NAME(load)(from);
#pragma clang loop unroll(full)
      for (int site = 0; site < 4; site++) {
        charge[site] = DVSK_NAME(load)(scratch + (t * 4 + site) * 16);
        fires[site] = charge[site] >= n->threshold;
      }
      DVSK_NAME(route)(
        n, square->plane_count == 4, pooled, charge, fires, by_spike, derivative, detaches, kind);
#pragma clang loop unroll(full)
      for (int site = 0; site < 4; site++) {
        const dvsk_f16 kept = fires[site] ? (dvsk_f16)0.0f : (dvsk_f16)1.0f;
        dvsk_f16 through;
        if (soft) {
          through = detaches ? (dvsk_f16)1.0f : 1.0f - n->threshold * derivative[site];
        } else {
          through = detaches ? kept : kept + (n->reset - charge[site]) * derivative[site];
        }
        const dvsk_f16 by_charge = by_spike[site] + after[site] * through;
        const dvsk_f16 leaked = DVSK_NAME(leaked)(by_charge, n, divides);
        const dvsk_f16 by_input = decays ? leaked : by_charge;
        after[site] = by_charge - leaked;
        const dvsk_f16 x = DVSK_NAME(load)(input + square->site_offset[site] + t * channels + c);
        sum += by_input;
        product += by_input * x;
        if (gradient->weight_sum) {
          dvsk_f16 before = n->reset;
          if (t > 0) {
            const dvsk_f16 last = DVSK_NAME(load)(scratch + ((t - 1) * 4 + site) * 16);
            before = DVSK_NAME(reset)(last, last >= n->threshold, n, soft);
          }
          const dvsk_f16 a = DVSK_NAME(load)(scale + t * square->norm_stride + c);
          const dvsk_f16 b = DVSK_NAME(load)(shift + t * square->norm_stride + c);
          const dvsk_f16 decayed = before - n->reset;
          weight += by_charge * (decays ? x * a + b - decayed : -decayed);
        }
        if (gradient->output) {
          dvsk_f16 value = by_input;
          if (gradient->a) {
            const ptrdiff_t place = t * square->norm_stride + c;
            value = value * DVSK_NAME(load)(gradient->a + place)
              + (x * DVSK_NAME(load)(gradient->b + place)
                 + DVSK_NAME(load)(gradient->offset + place));
          }
          if (gradient->rounds) value = DVSK_NAME(bfloat16s)(value);
          DVSK_NAME(store)(
            gradient->output + gradient->output_site_offset[site]
              + t * gradient->output_step_stride + c,
            value);
        }
      }
      if (square->norm_stride && gradient->sums) {
        DVSK_NAME(add_to_doubles)(gradient->sums + t * channels + c, sum);
        DVSK_NAME(add_to_doubles)(gradient->products + t * channels + c, product);
        sum = 0.0f;
        product = 0.0f;
      }
    }
    if (!square->norm_stride && gradient->sums) {
      DVSK_NAME(add_to_doubles)(gradient->sums + c, sum);
      DVSK_NAME(add_to_doubles)(gradient->products + c, product);
    }
    if (gradient->weight_sum) DVSK_NAME(add_to_doubles)(gradient->weight_sum + c, weight);
  }
}

static void DVSK_NAME(square_backward)(
  const dvsk_neuron *n, const dvsk_square *square, const float *input, const float *scale,
  const float *shift, const dvsk_square_gradient *gradient, float *scratch)
{
  const int common =
    !n->divides && n->decays_input && !n->is_soft && n->detaches_reset && n->surrogate == DVSK_ATAN;
  if (common) {
    DVSK_NAME(square_backward_body)(
      n, square, input, scale, shift, gradient, scratch, 0, 1, 0, 1, DVSK_ATAN);
  } else {
    DVSK_NAME(square_backward_body)(
      n, square, input, scale, shift, gradient, scratch, n->divides, n->decays_input, n->is_soft,
      n->detaches_reset, n->surrogate);
  }
}
