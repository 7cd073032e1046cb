# A Llama-family decoder over a paged KV pool, one call per engine step.
#
# Dialect: TorchScript as libtorch serialises it, so every argument is spelled out. dtype codes: 3 int32, 4 int64,
# 6 float32, 7 float64, 12 qint8, 15 bfloat16. The words in capitals are WeightFormat's to fill in.
#
# Flat rows: the tokens of all sequences of the step, ordered by query group. A group is `sequences` x `queries` rows whose
# sequences attend to the same number of pool blocks; shorter contexts are padded with block 0 and masked.
#
# A row is a known token, which sees everything up to itself, or a drafted one, which sees the tokens before its tree and its
# ancestors in it. A tree's rows lie one after the other, its root (the last known token) first, and so do their slots. In a
# group with trees, sequences with fewer rows than `queries` attend with repeated rows, which are dropped afterwards, and the
# blocks reach to bases + queries.
#
#   tokens, positions, slots  [rows]       token id, position in its sequence, pool slot its key and value go to
#   queries                   [groups]     queries per sequence of each group
#   sizes                     [groups]     rows of each group
#   tables                    [groups] of [sequences, blocks]   pool blocks of each sequence, in order
#   gathers                   [groups] of [sequences * queries] the row of each query; empty: all in order, no trees
#   kept                      [groups] of [size]                which of the queries are rows
#   bases                     [groups] of [sequences]           position of each tree's root
#   trees                     [groups] of float32 [sequences, queries, queries]   0 where a query sees a row of its tree, else -1e30
#   outputs                   [outputs]    the rows whose logits are wanted
#   weights                   embedding, final norm, cosines and sines [positions, head/2], then 8 per layer: input norm,
#                             post-attention norm, biases of qkv, o, gate-up, down, norms of q and k (empty where absent);
#                             last the model's own final norm, and the basis [hidden, hidden] of the residual stream: the
#                             model's own stream times this, empty for no other
#   matrices                  4 per layer: qkv, o, gate-up, down; then the head
#   keys, values              per layer [blocks, kv heads, block, head]
#   features                  [slots, width] in the pool's type, written for every row: what drafters read; empty if none does
#   taps                      layers whose inputs are the features, side by side, the number of layers for what leaves the last
#                             one; none: the final norm's output
#   shape                     heads, kv heads, head, biases of qkv / o / mlp (0 or 1), norms of q and k (0 or 1)
#   windows                   per layer, how many positions back a query sees; 0 for all
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
INCLUDE matrices
INCLUDE pool
INCLUDE attention
  # A residual stream [rows, hidden] as the model itself has it, which is what heads trained on the model know. The final
  # norm's output is its rms_norm with weights[-2].
  def own_basis(self: __torch__.Decoder, x: Tensor, weights: List[Tensor]) -> Tensor:
    basis = weights[-1]
    if torch.gt(basis.size(0), 0):
      x = torch.linear(x, basis)
    return x
  # x / sqrt(mean(x^2) + epsilon) * weight for rows [rows, width], in fewer operations than torch.rms_norm is made of.
  def rms_norm(self: __torch__.Decoder, x: Tensor, weight: Tensor, root_epsilon: Tensor) -> Tensor:
    norm = torch.linalg_vector_norm(x, 2, [1], True, dtype=None)
    root = torch.hypot(torch.div(norm, torch.sqrt(x.size(1))), root_epsilon)
    return torch.mul(torch.div(x, root), weight)
  # Float32 logits [outputs, vocabulary].
  def step(self: __torch__.Decoder, tokens: Tensor, positions: Tensor, slots: Tensor, queries: List[int], sizes: List[int], tables: List[Tensor], gathers: List[Tensor], kept: List[Tensor], bases: List[Tensor], trees: List[Tensor], outputs: Tensor, weights: List[Tensor], matrices: List[MATRIX], keys: List[Tensor], values: List[Tensor], features: Tensor, taps: List[int], shape: List[int], windows: List[int], epsilon: float) -> Tensor:
    heads = shape[0]
    kv_heads = shape[1]
    head = shape[2]
    grouped = torch.floordiv(heads, kv_heads)
    rows = tokens.size(0)
    layers = len(keys)
    block = keys[0].size(2)
    rotated = torch.add(heads, kv_heads)
    all_heads = torch.add(rotated, kv_heads)
    cosines, sines = (self).turns(weights[2], weights[3], positions, )
    kv_rows = (self).kv_rows(slots, kv_heads, block, )
    pool_blocks = (self).pool_blocks(tables, queries, kv_heads, )
    owners = (self).owners(tables, )
    full_masks = (self).masks(positions, queries, sizes, tables, gathers, bases, trees, block, grouped, 0, )
    window = 0
    for i in range(layers):
      window = ops.prim.max(window, windows[i])
    window_masks = full_masks
    if torch.gt(window, 0):
      window_masks = (self).masks(positions, queries, sizes, tables, gathers, bases, trees, block, grouped, window, )
    x = torch.to(torch.embedding(weights[0], tokens), 6)
    first = (self).first_rows(positions, )
    root_epsilon = torch.full([1, 1], torch.sqrt(epsilon), dtype=6, layout=None, device=ops.prim.device(x), pin_memory=None)
    tapped = annotate(List[Tensor], [])
    for i in range(layers):
      if torch.__contains__(taps, i):
        _0 = torch.append(tapped, (self).own_basis(x, weights, ))
      w = torch.add(4, torch.mul(i, 8))
      m = torch.mul(i, 4)
      qkv = (self).linear_site((self).rms_norm(x, weights[w], root_epsilon, ), matrices[m], first, )
      if torch.eq(shape[3], 1):
        qkv = torch.add(qkv, weights[torch.add(w, 2)])
      qkv = torch.view(qkv, [rows, all_heads, head])
      qk = torch.slice(qkv, 1, 0, rotated)
      if torch.eq(shape[6], 1):
        q_normed = torch.rms_norm(torch.slice(qk, 1, 0, heads), [head], weights[torch.add(w, 6)], epsilon)
        k_normed = torch.rms_norm(torch.slice(qk, 1, heads, rotated), [head], weights[torch.add(w, 7)], epsilon)
        qk = torch.cat([q_normed, k_normed], 1)
      qk = (self).rotate(qk, cosines, sines, )
      v = torch.slice(qkv, 1, rotated, all_heads)
      _1 = (self).store(torch.slice(qk, 1, heads, rotated), v, kv_rows, keys[i], values[i], )
      masks = full_masks
      if torch.gt(windows[i], 0):
        masks = window_masks
      a = (self).attend(torch.slice(qk, 1, 0, heads), queries, sizes, tables, gathers, kept, masks, pool_blocks, owners, keys[i], values[i], )
      y = (self).linear_site(a, matrices[torch.add(m, 1)], first, )
      if torch.eq(shape[4], 1):
        y = torch.add(y, weights[torch.add(w, 3)])
      x = torch.add(x, y)
      y = (self).linear_site((self).rms_norm(x, weights[torch.add(w, 1)], root_epsilon, ), matrices[torch.add(m, 2)], first, )
      if torch.eq(shape[5], 1):
        y = torch.add(y, weights[torch.add(w, 4)])
      inner = torch.floordiv(y.size(1), 2)
      y = torch.mul(torch.silu(torch.slice(y, 1, 0, inner)), torch.slice(y, 1, inner, torch.mul(inner, 2)))
      y = (self).linear_site(y, matrices[torch.add(m, 3)], first, )
      if torch.eq(shape[5], 1):
        y = torch.add(y, weights[torch.add(w, 5)])
      x = torch.add(x, y)
    if torch.gt(features.size(0), 0):
      if torch.__contains__(taps, layers):
        _0 = torch.append(tapped, (self).own_basis(x, weights, ))
      if torch.gt(len(taps), 0):
        f = torch.cat(tapped, 1)
      else:
        f = (self).rms_norm((self).own_basis(x, weights, ), weights[-2], root_epsilon, )
      _2 = torch.index_copy_(features, 0, slots, torch.to(f, features.dtype))
    if torch.eq(outputs.size(0), 0):
      return torch.slice(x, 0, 0, 0)
    x = (self).rms_norm(torch.index_select(x, 0, outputs), weights[1], root_epsilon, )
    return torch.to((self).linear_site(x, matrices[torch.mul(layers, 4)], torch.slice(first, 0, 0, 0), ), 6)
  # Float64 [rows, 2 * count]: log-probabilities of the best words, then their ids.
  def best(self: __torch__.Decoder, logits: Tensor, count: int) -> Tensor:
    p, words = torch.topk(torch.log_softmax(logits, 1, None), count, 1, True, True)
    return torch.cat([torch.to(p, 7), torch.to(words, 7)], 1)
  # Float32 [slots, width]: what was stored of some tokens.
  def stored(self: __torch__.Decoder, features: Tensor, slots: Tensor) -> Tensor:
    return torch.to(torch.index_select(features, 0, slots), 6)
  # Float32 [width]: the mean of what was stored of some tokens.
  def pooled(self: __torch__.Decoder, features: Tensor, slots: Tensor) -> Tensor:
    return torch.mean(torch.to(torch.index_select(features, 0, slots), 6), [0])
