// Neurons after a linear layer, whose input is one row for each time step; see dvsk.h.

DVSK_INLINE void DVSK_NAME(neuron_forward_block)(
  const dvsk_neuron *n, dvsk_steps steps, const float *input, float *charged, uint8_t *spikes,
  const ptrdiff_t count)
{
  dvsk_f16 membrane = n->reset;
  for (ptrdiff_t t = 0; t < steps.step_count; t++) {
    const dvsk_f16 x = DVSK_NAME(load_some)(input + t * steps.input_stride, count);
    const dvsk_f16 charge =
      DVSK_NAME(charged)(membrane, x, n, n->divides, n->decays_input);
    const dvsk_i16 fires = DVSK_NAME(fires)(charge, n);
    membrane = DVSK_NAME(reset)(charge, fires, n, n->is_soft);
    DVSK_NAME(store_some)(charged + t * steps.channel_count, charge, count);
    for (ptrdiff_t i = 0; i < count; i++) spikes[t * steps.channel_count + i] = fires[i] & 1;
  }
}

static void DVSK_NAME(neuron_forward)(
  const dvsk_neuron *n, dvsk_steps steps, const float *input, float *charged, uint8_t *spikes)
{
  for (ptrdiff_t c = 0; c < steps.channel_count; c += 16) {
    const ptrdiff_t left = steps.channel_count - c;
    // For whole blocks the count is a constant, so that rows of 16 are loaded with one instruction.
    if (left >= 16)
      DVSK_NAME(neuron_forward_block)(n, steps, input + c, charged + c, spikes + c, 16);
    else DVSK_NAME(neuron_forward_block)(n, steps, input + c, charged + c, spikes + c, left);
  }
}

DVSK_INLINE void DVSK_NAME(neuron_backward_block)(
  const dvsk_neuron *n, dvsk_steps steps, const float *input, const float *charged,
  float *gradient, double *leak_gradient, const ptrdiff_t count)
{
  dvsk_f16 membrane_gradient = 0.0f;
  for (ptrdiff_t t = steps.step_count - 1; t >= 0; t--) {
    const dvsk_f16 charge = DVSK_NAME(load_some)(charged + t * steps.channel_count, count);
    float *const row = gradient + t * steps.channel_count;
    const dvsk_f16 derivative = DVSK_NAME(surrogate)(charge, n, n->surrogate);
    const dvsk_f16 reset_derivative = DVSK_NAME(reset_derivative)(
      charge, DVSK_NAME(fires)(charge, n), derivative, n, n->is_soft, n->detaches_reset);
    const dvsk_f16 charge_gradient =
      DVSK_NAME(load_some)(row, count) * derivative + membrane_gradient * reset_derivative;
    const dvsk_f16 leaked = DVSK_NAME(leaked)(charge_gradient, n, n->divides);
    DVSK_NAME(store_some)(row, n->decays_input ? leaked : charge_gradient, count);
    membrane_gradient = charge_gradient - leaked;
  }
  if (!leak_gradient) return;
  // A neuron's gradient with respect to k is summed in float64, from the first time step on. The gradient with respect to
  // the charge is computed from the one with respect to the input. Checkpoints depend on the last bit of both, so keep them.
  for (ptrdiff_t t = 0; t < steps.step_count; t++) {
    dvsk_f16 before = n->reset;
    if (t > 0) {
      const dvsk_f16 last = DVSK_NAME(load_some)(charged + (t - 1) * steps.channel_count, count);
      before = DVSK_NAME(reset)(last, DVSK_NAME(fires)(last, n), n, n->is_soft);
    }
    const dvsk_f16 x = DVSK_NAME(load_some)(input + t * steps.input_stride, count);
    dvsk_f16 charge_gradient = DVSK_NAME(load_some)(gradient + t * steps.channel_count, count);
    if (n->decays_input) charge_gradient = charge_gradient / n->k;
    const dvsk_f16 leak_derivative = DVSK_NAME(leak_derivative)(before, x, n, n->decays_input);
    for (ptrdiff_t i = 0; i < count; i++)
      leak_gradient[i] += (double)charge_gradient[i] * leak_derivative[i];
  }
}

static void DVSK_NAME(neuron_backward)(
  const dvsk_neuron *n, dvsk_steps steps, const float *input, const float *charged,
  float *gradient, double *leak_gradient)
{
  for (ptrdiff_t c = 0; c < steps.channel_count; c += 16) {
    const ptrdiff_t left = steps.channel_count - c;
    double *sums = leak_gradient ? leak_gradient + c : NULL;
    if (left >= 16)
      DVSK_NAME(neuron_backward_block)(
        n, steps, input + c, charged + c, gradient + c, sums, 16);
    else
      DVSK_NAME(neuron_backward_block)(
        n, steps, input + c, charged + c, gradient + c, sums, left);
  }
}
