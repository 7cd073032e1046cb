# One layer at a time in float32 over a few short texts, to learn what its products take in. Dialect and codes as in decoder.py.
#
#   x          [tokens, hidden]   residual stream of all texts, one after the other
#   sequences  [tokens]           which text a token belongs to
#   positions  [tokens]           its place there
#   layer                         qkv, o, gate-up, down [out, in], then input norm, post-attention norm, biases of qkv, o, gate-up,
#                                 down, norms of q and k (empty where absent)
#   shape      as the decoder's
class Calibration(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def pick(self: __torch__.Calibration, rows: Tensor, indices: Tensor) -> Tensor:
    return torch.index_select(rows, 0, indices)
  def normed(self: __torch__.Calibration, x: Tensor, epsilon: float) -> Tensor:
    return torch.rms_norm(x, [x.size(1)], None, epsilon)
  # Additive mask, float32 [tokens, tokens]: a text sees itself, causally and `window` positions back; 0 for all.
  def mask(self: __torch__.Calibration, sequences: Tensor, positions: Tensor, window: int) -> Tensor:
    query = torch.unsqueeze(positions, 1)
    key = torch.unsqueeze(positions, 0)
    hidden = torch.logical_or(torch.ne(torch.unsqueeze(sequences, 1), torch.unsqueeze(sequences, 0)), torch.gt(key, query))
    if torch.gt(window, 0):
      hidden = torch.logical_or(hidden, torch.le(key, torch.sub(query, window)))
    return torch.mul(torch.to(hidden, 6), -1.0e30)
  def biased(self: __torch__.Calibration, y: Tensor, bias: Tensor) -> Tensor:
    if torch.gt(bias.size(0), 0):
      y = torch.add(y, bias)
    return y
  # The inputs of the four products, then the residual stream after the layer.
  def run(self: __torch__.Calibration, x: Tensor, layer: List[Tensor], sequences: Tensor, positions: Tensor, cosines: Tensor, sines: Tensor, shape: List[int], window: int, epsilon: float) -> List[Tensor]:
    heads = shape[0]
    kv_heads = shape[1]
    head = shape[2]
    rotated = torch.add(heads, kv_heads)
    half = torch.floordiv(head, 2)
    tokens = x.size(0)
    qkv_in = torch.rms_norm(x, [x.size(1)], layer[4], epsilon)
    qkv = torch.view((self).biased(torch.linear(qkv_in, layer[0]), layer[6], ), [tokens, -1, head])
    qk = torch.slice(qkv, 1, 0, rotated)
    if torch.gt(layer[10].size(0), 0):
      q_normed = torch.rms_norm(torch.slice(qk, 1, 0, heads), [head], layer[10], epsilon)
      k_normed = torch.rms_norm(torch.slice(qk, 1, heads, rotated), [head], layer[11], epsilon)
      qk = torch.cat([q_normed, k_normed], 1)
    c = torch.unsqueeze(torch.index_select(cosines, 0, positions), 1)
    s = torch.unsqueeze(torch.index_select(sines, 0, positions), 1)
    low = torch.slice(qk, 2, 0, half)
    high = torch.slice(qk, 2, half, head)
    qk = torch.cat([torch.sub(torch.mul(low, c), torch.mul(high, s)), torch.add(torch.mul(high, c), torch.mul(low, s))], 2)
    grouped = torch.floordiv(heads, kv_heads)
    q = torch.unsqueeze(torch.transpose(torch.slice(qk, 1, 0, heads), 0, 1), 0)
    k = torch.repeat_interleave(torch.transpose(torch.slice(qk, 1, heads, rotated), 0, 1), grouped, 0)
    v = torch.repeat_interleave(torch.transpose(torch.slice(qkv, 1, rotated, None), 0, 1), grouped, 0)
    mask = (self).mask(sequences, positions, window, )
    a = torch.scaled_dot_product_attention(q, torch.unsqueeze(k, 0), torch.unsqueeze(v, 0), mask, 0., False, scale=None, enable_gqa=False)
    o_in = torch.reshape(torch.transpose(torch.squeeze(a, 0), 0, 1), [tokens, torch.mul(heads, head)])
    x = torch.add(x, (self).biased(torch.linear(o_in, layer[1]), layer[7], ))
    gate_up_in = torch.rms_norm(x, [x.size(1)], layer[5], epsilon)
    y = (self).biased(torch.linear(gate_up_in, layer[2]), layer[8], )
    inner = torch.floordiv(y.size(1), 2)
    down_in = torch.mul(torch.silu(torch.slice(y, 1, 0, inner)), torch.slice(y, 1, inner, torch.mul(inner, 2)))
    x = torch.add(x, (self).biased(torch.linear(down_in, layer[3]), layer[9], ))
    return [qkv_in, o_in, gate_up_in, down_in, x]
  # Mean rows [2, width] at later positions and at position 0; zeros where there are none.
  def centres(self: __torch__.Calibration, inputs: Tensor, positions: Tensor) -> Tensor:
    first = torch.to(torch.eq(positions, 0), 6)
    share = torch.stack([torch.sub(torch.ones_like(first), first), first], 0)
    share = torch.div(share, torch.clamp(torch.sum(share, [1], True), 1., None))
    return torch.mm(share, inputs)
  # SmoothQuant's trade at even shares (Xiao et al. 2023, section 4): per channel of down's input sqrt(rms / largest weight),
  # their geometric mean 1, so that down times it and up divided by it are equally hard to round.
  def balance(self: __torch__.Calibration, inputs: Tensor, positions: Tensor, down: Tensor) -> Tensor:
    later = torch.unsqueeze(torch.to(torch.gt(positions, 0), 6), 1)
    count = torch.clamp(torch.sum(later), 1., None)
    rms = torch.sqrt(torch.div(torch.sum(torch.mul(torch.square(inputs), later), [0]), count))
    rms = torch.clamp(torch.maximum(rms, torch.mul(torch.amax(rms, [0], False), 1.0e-3)), 1.0e-12, None)
    largest = torch.amax(torch.abs(down), [0], False)
    largest = torch.clamp(torch.maximum(largest, torch.mul(torch.amax(largest, [0], False), 1.0e-3)), 1.0e-12, None)
    c = torch.sqrt(torch.div(rms, largest))
    return torch.div(c, torch.exp(torch.mean(torch.log(c))))
  # Moves the balance of down's input into the weights around it, in place, inputs too. bias: of gate-up, empty where absent.
  def fold(self: __torch__.Calibration, balance: Tensor, gate_up: Tensor, bias: Tensor, down: Tensor, inputs: Tensor) -> int:
    inner = balance.size(0)
    _0 = torch.div_(torch.slice(gate_up, 0, inner, None), torch.unsqueeze(balance, 1))
    if torch.gt(bias.size(0), 0):
      _1 = torch.div_(torch.slice(bias, 0, inner, None), balance)
    _2 = torch.mul_(down, balance)
    _3 = torch.div_(inputs, balance)
    return 0
