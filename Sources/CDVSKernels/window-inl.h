// Batch norm, neurons and pooling of the sites of a window over all time steps; see dvsk.h.
//
// Loops process all time steps of 16 channels before the next 16, so that membranes stay in registers.

DVSK_INLINE void DVSK_NAME(window_forward_body)(
  const dvsk_neuron *n, const dvsk_window *window, const float *input, const float *scale,
  const float *shift, uint16_t *bits, int32_t *counts, const int sites, const int divides,
  const int decays, const int soft)
{
  for (ptrdiff_t c = 0; c < window->channel_count; c += 16) {
    dvsk_f16 membrane[4];
    for (int site = 0; site < sites; site++) membrane[site] = n->reset;
    dvsk_i16 count = 0;
    for (ptrdiff_t t = 0; t < window->step_count; t++) {
      const dvsk_f16 step_scale = DVSK_NAME(load)(scale + t * window->norm_stride + c);
      const dvsk_f16 step_shift = DVSK_NAME(load)(shift + t * window->norm_stride + c);
      uint16_t *to = bits + t * window->bits_step_stride + c / 16;
      uint16_t any = 0;
#pragma clang loop unroll(full)
      for (int site = 0; site < sites; site++) {
        const float *from =
          input + window->site_offset[site] + t * window->channel_count + c;
        if (window->next_offset) __builtin_prefetch(from + window->next_offset, 0, 2);
        const dvsk_f16 x = DVSK_NAME(load)(from);
        const dvsk_f16 charge =
          DVSK_NAME(charged)(membrane[site], x * step_scale + step_shift, n, divides, decays);
        const dvsk_i16 fires = DVSK_NAME(fires)(charge, n);
        membrane[site] = DVSK_NAME(reset)(charge, fires, n, soft);
        count -= fires;
        const uint16_t fired = DVSK_NAME(bits)(fires);
        if (window->bit_plane_count == 4) to[site * window->bit_plane_stride] = fired;
        any |= fired;
      }
      if (window->bit_plane_count == 1) *to = any;
    }
    dvsk_i16 total;
    memcpy(&total, counts + c, sizeof total);
    total += count;
    memcpy(counts + c, &total, sizeof total);
  }
}

static void DVSK_NAME(window_forward)(
  const dvsk_neuron *n, const dvsk_window *window, const float *input, const float *scale,
  const float *shift, uint16_t *bits, int32_t *counts)
{
#define DVSK_FORWARD(sites, ...) \
  DVSK_NAME(window_forward_body)( \
    n, window, input, scale, shift, bits, counts, sites, __VA_ARGS__)
  // The default network's neurons have specialized code; all others share code with run-time flags.
  const int is_default = DVSK_NAME(is_default_forward)(n);
  if (window->site_count == 4) {
    if (is_default) DVSK_FORWARD(4, 0, 1, 0);
    else DVSK_FORWARD(4, n->divides, n->decays_input, n->is_soft);
  } else {
    if (is_default) DVSK_FORWARD(1, 0, 1, 0);
    else DVSK_FORWARD(1, n->divides, n->decays_input, n->is_soft);
  }
#undef DVSK_FORWARD
}

/// Computes through_spike, the part of the gradient with respect to each site's charge that comes through its spike: the
/// site's part of the pooled gradient times the derivative of the surrogate.
///
/// derivative [sites] is always set if the reset is not detached, which also needs it; otherwise it may not be.
DVSK_INLINE void DVSK_NAME(route)(
  const dvsk_neuron *n, const int sites, const int averages, dvsk_f16 pooled, const dvsk_f16 *charge,
  const dvsk_i16 *fires, dvsk_f16 *through_spike, dvsk_f16 *derivative, const int detaches,
  const dvsk_surrogate kind)
{
  if (sites == 1) {
    derivative[0] = DVSK_NAME(surrogate)(charge[0], n, kind);
    through_spike[0] = pooled * derivative[0];
    return;
  }
  const dvsk_f16 zero = 0.0f;
  // The first site that fired receives the gradient. If none fired, all are equal, and the first site receives it.
  const dvsk_i16 second = ~fires[0] & fires[1];
  const dvsk_i16 third = ~(fires[0] | fires[1]) & fires[2];
  const dvsk_i16 fourth = ~(fires[0] | fires[1] | fires[2]) & fires[3];
  const dvsk_i16 others = second | third | fourth;
  if (!averages && detaches) {
    // A derivative costs a division, and only one of the four is needed.
    const dvsk_f16 winner =
      fourth ? charge[3] : third ? charge[2] : second ? charge[1] : charge[0];
    const dvsk_f16 value = pooled * DVSK_NAME(surrogate)(winner, n, kind);
    through_spike[0] = others ? zero : value;
    through_spike[1] = second ? value : zero;
    through_spike[2] = third ? value : zero;
    through_spike[3] = fourth ? value : zero;
    return;
  }
  dvsk_f16 routed[4];
  if (averages) {
    for (int site = 0; site < sites; site++) routed[site] = pooled * 0.25f;
  } else {
    routed[0] = others ? zero : pooled;
    routed[1] = second ? pooled : zero;
    routed[2] = third ? pooled : zero;
    routed[3] = fourth ? pooled : zero;
  }
#pragma clang loop unroll(full)
  for (int site = 0; site < sites; site++) {
    derivative[site] = DVSK_NAME(surrogate)(charge[site], n, kind);
    through_spike[site] = routed[site] * derivative[site];
  }
}

DVSK_INLINE void DVSK_NAME(window_backward_body)(
  const dvsk_neuron *n, const dvsk_window *window, const float *input, const float *scale,
  const float *shift, const dvsk_window_gradient *gradient, float *restrict scratch,
  const int sites, const int divides, const int decays, const int soft, const int detaches,
  const dvsk_surrogate kind)
{
  const ptrdiff_t steps = window->step_count, channels = window->channel_count;
  for (ptrdiff_t c = 0; c < channels; c += 16) {
    dvsk_f16 membrane[4], membrane_gradient[4];
    for (int site = 0; site < sites; site++) {
      membrane[site] = n->reset;
      membrane_gradient[site] = 0.0f;
    }
    for (ptrdiff_t t = 0; t < steps; t++) {
      const dvsk_f16 step_scale = DVSK_NAME(load)(scale + t * window->norm_stride + c);
      const dvsk_f16 step_shift = DVSK_NAME(load)(shift + t * window->norm_stride + c);
#pragma clang loop unroll(full)
      for (int site = 0; site < sites; site++) {
        const float *from = input + window->site_offset[site] + t * channels + c;
        if (window->next_offset) __builtin_prefetch(from + window->next_offset, 0, 2);
        const dvsk_f16 x = DVSK_NAME(load)(from);
        const dvsk_f16 charge =
          DVSK_NAME(charged)(membrane[site], x * step_scale + step_shift, n, divides, decays);
        DVSK_NAME(store)(scratch + (t * sites + site) * 16, charge);
        membrane[site] = DVSK_NAME(reset)(charge, DVSK_NAME(fires)(charge, n), n, soft);
      }
    }
    dvsk_f16 sum = 0.0f, product = 0.0f, leak_gradient = 0.0f;
    for (ptrdiff_t t = steps - 1; t >= 0; t--) {
      dvsk_f16 charge[4], through_spike[4], derivative[4] = {0};
      dvsk_i16 fires[4];
      const float *from = gradient->pooled + t * gradient->pooled_step_stride + c;
      __builtin_prefetch(from + steps * gradient->pooled_step_stride, 0, 2);
      const dvsk_f16 pooled = DVSK_NAME(load)(from);
#pragma clang loop unroll(full)
      for (int site = 0; site < sites; site++) {
        charge[site] = DVSK_NAME(load)(scratch + (t * sites + site) * 16);
        fires[site] = DVSK_NAME(fires)(charge[site], n);
      }
      DVSK_NAME(route)(
        n, sites, window->bit_plane_count == 4, pooled, charge, fires, through_spike, derivative, detaches, kind);
#pragma clang loop unroll(full)
      for (int site = 0; site < sites; site++) {
        const dvsk_f16 reset_derivative = DVSK_NAME(reset_derivative)(
          charge[site], fires[site], derivative[site], n, soft, detaches);
        const dvsk_f16 charge_gradient =
          through_spike[site] + membrane_gradient[site] * reset_derivative;
        const dvsk_f16 leaked = DVSK_NAME(leaked)(charge_gradient, n, divides);
        const dvsk_f16 dy = decays ? leaked : charge_gradient;
        membrane_gradient[site] = charge_gradient - leaked;
        const dvsk_f16 x = DVSK_NAME(load)(input + window->site_offset[site] + t * channels + c);
        sum += dy;
        product += dy * x;
        if (gradient->leak_gradient) {
          dvsk_f16 before = n->reset;
          if (t > 0) {
            const dvsk_f16 last = DVSK_NAME(load)(scratch + ((t - 1) * sites + site) * 16);
            before = DVSK_NAME(reset)(last, DVSK_NAME(fires)(last, n), n, soft);
          }
          const dvsk_f16 step_scale = DVSK_NAME(load)(scale + t * window->norm_stride + c);
          const dvsk_f16 step_shift = DVSK_NAME(load)(shift + t * window->norm_stride + c);
          leak_gradient += charge_gradient * DVSK_NAME(leak_derivative)(before, x * step_scale + step_shift, n, decays);
        }
        if (gradient->result) {
          dvsk_f16 value = dy;
          if (gradient->a) {
            const ptrdiff_t index = t * window->norm_stride + c;
            value = value * DVSK_NAME(load)(gradient->a + index)
              + (x * DVSK_NAME(load)(gradient->b + index)
                 + DVSK_NAME(load)(gradient->c + index));
          }
          if (gradient->rounds) value = DVSK_NAME(bfloat16s)(value);
          DVSK_NAME(store)(
            gradient->result + gradient->result_site_offset[site]
              + t * gradient->result_step_stride + c,
            value);
        }
      }
      if (window->norm_stride && gradient->sums) {
        DVSK_NAME(add_to_doubles)(gradient->sums + t * channels + c, sum);
        DVSK_NAME(add_to_doubles)(gradient->products + t * channels + c, product);
        sum = 0.0f;
        product = 0.0f;
      }
    }
    if (!window->norm_stride && gradient->sums) {
      DVSK_NAME(add_to_doubles)(gradient->sums + c, sum);
      DVSK_NAME(add_to_doubles)(gradient->products + c, product);
    }
    if (gradient->leak_gradient) DVSK_NAME(add_to_doubles)(gradient->leak_gradient + c, leak_gradient);
  }
}

static void DVSK_NAME(window_backward)(
  const dvsk_neuron *n, const dvsk_window *window, const float *input, const float *scale,
  const float *shift, const dvsk_window_gradient *gradient, float *scratch)
{
#define DVSK_BACKWARD(sites, ...) \
  DVSK_NAME(window_backward_body)( \
    n, window, input, scale, shift, gradient, scratch, sites, __VA_ARGS__)
#define DVSK_ANY n->divides, n->decays_input, n->is_soft, n->detaches_reset, n->surrogate
  const int is_default = DVSK_NAME(is_default)(n);
  if (window->site_count == 4) {
    if (is_default) DVSK_BACKWARD(4, 0, 1, 0, 1, DVSK_ATAN);
    else DVSK_BACKWARD(4, DVSK_ANY);
  } else {
    if (is_default) DVSK_BACKWARD(1, 0, 1, 0, 1, DVSK_ATAN);
    else DVSK_BACKWARD(1, DVSK_ANY);
  }
#undef DVSK_ANY
#undef DVSK_BACKWARD
}
