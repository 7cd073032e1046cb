# EAGLE's draft layer (2401.15077, 2406.16858, 2503.01840): one decoder layer that goes on from the model's features.
#
# Row i is the pair of token i + 1 and feature i; its output stands for feature i + 1 and, multiplied by the head, for token
# i + 2. True rows have the model's features and keep their keys and values in the pool, by the sequence's own table. Drafted
# rows have the layer's own outputs as features; their keys and values live as long as the call.
#
#   vectors    embedding, bias of fc, cosines and sines [positions, head / 2], norms: post-attention, then for EAGLE-3 of the
#              embedding, of the feature, and before the head; empty where the layout has none
#   matrices   fc, qkv, o, gate-up, down, head
#   ids        int64 [scored]  the words that the head scores; empty: all, in order
#   shape      heads, kv heads, head, version (1 or 3)
# The others are those of the decoder's step.
class Eagle(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
INCLUDE matrices
INCLUDE pool
INCLUDE attention
  # What goes into the layer: the residual stream [rows, hidden] and what attention reads. Features of true rows are as the
  # model gave them, those of drafted rows as the layer did.
  def inputs(self: __torch__.Eagle, tokens: Tensor, features: Tensor, drafted: bool, vectors: List[Tensor], matrices: List[MATRIX], version: int, epsilon: float) -> Tuple[Tensor, Tensor]:
    e = torch.to(torch.embedding(vectors[0], tokens), 6)
    if torch.eq(version, 3):
      f = features
      if torch.__not__(drafted):
        f = (self).linear(features, matrices[0], )
      e = torch.rms_norm(e, [e.size(1)], vectors[5], epsilon)
      h = torch.rms_norm(f, [f.size(1)], vectors[6], epsilon)
      result = (f, torch.cat([e, h], 1))
    else:
      x = (self).linear(torch.cat([e, features], 1), matrices[0], )
      if torch.gt(vectors[1].size(0), 0):
        x = torch.add(x, vectors[1])
      result = (x, x)
    return result
  # The layer behind attention.
  def outputs(self: __torch__.Eagle, x: Tensor, attended: Tensor, vectors: List[Tensor], matrices: List[MATRIX], epsilon: float) -> Tensor:
    y = torch.add(x, (self).linear(attended, matrices[2], ))
    z = (self).linear(torch.rms_norm(y, [y.size(1)], vectors[4], epsilon), matrices[3], )
    inner = torch.floordiv(z.size(1), 2)
    z = torch.mul(torch.silu(torch.slice(z, 1, 0, inner)), torch.slice(z, 1, inner, torch.mul(inner, 2)))
    return torch.add(y, (self).linear(z, matrices[4], ))
  # Log-probabilities and places among the scored words of the best, each [rows, best].
  def score(self: __torch__.Eagle, x: Tensor, vectors: List[Tensor], matrices: List[MATRIX], version: int, epsilon: float, best: int) -> Tuple[Tensor, Tensor]:
    y = x
    if torch.eq(version, 3):
      y = torch.rms_norm(x, [x.size(1)], vectors[7], epsilon)
    p, places = torch.topk(torch.log_softmax((self).linear(y, matrices[5], ), 1, None), best, 1, True, True)
    return (p, places)
  def words(self: __torch__.Eagle, places: Tensor, ids: Tensor) -> Tensor:
    if torch.gt(ids.size(0), 0):
      return torch.reshape(torch.index_select(ids, 0, torch.reshape(places, [-1])), [places.size(0), places.size(1)])
    return places
  # Computes true rows; returns the outputs [outputs, hidden] of those that are asked for.
  def extend(self: __torch__.Eagle, tokens: Tensor, positions: Tensor, slots: Tensor, queries: List[int], sizes: List[int], tables: List[Tensor], gathers: List[Tensor], kept: List[Tensor], bases: List[Tensor], trees: List[Tensor], outputs: Tensor, features: Tensor, vectors: List[Tensor], matrices: List[MATRIX], keys: List[Tensor], values: List[Tensor], shape: List[int], epsilon: float) -> Tensor:
    heads = shape[0]
    kv_heads = shape[1]
    head = shape[2]
    rotated = torch.add(heads, kv_heads)
    all_heads = torch.add(rotated, kv_heads)
    block = keys[0].size(2)
    f = torch.to(torch.index_select(features, 0, slots), 6)
    x, h = (self).inputs(tokens, f, False, vectors, matrices, shape[3], epsilon, )
    qkv = torch.view((self).linear(h, matrices[1], ), [tokens.size(0), all_heads, head])
    cosines, sines = (self).turns(vectors[2], vectors[3], positions, )
    qk = (self).rotate(torch.slice(qkv, 1, 0, rotated), cosines, sines, )
    v = torch.slice(qkv, 1, rotated, all_heads)
    _0 = (self).store(torch.slice(qk, 1, heads, rotated), v, (self).kv_rows(slots, kv_heads, block, ), keys[0], values[0], )
    masks = (self).masks(positions, queries, sizes, tables, gathers, bases, trees, block, torch.floordiv(heads, kv_heads), 0, )
    a = (self).attend(torch.slice(qk, 1, 0, heads), queries, sizes, tables, gathers, kept, masks, (self).pool_blocks(tables, queries, kv_heads, ), (self).owners(tables, ), keys[0], values[0], )
    x = torch.index_select(x, 0, outputs)
    return (self).outputs(x, torch.index_select(a, 0, outputs), vectors, matrices, epsilon, )
  # Grows a tree below every sequence's last true row, `best` tokens wide (EAGLE-2, section 4).
  #
  #   x        [sequences, hidden]   the last true rows' outputs
  #   table    [sequences, blocks]   pool blocks of each
  #   lengths  int64 [sequences]     true rows of each
  # Float64 [sequences, 2 * best + levels * (2 * best * best + best)]: log-probability and id of the root's children; then per
  # level the same of the children of the frontier's nodes, in their order, and which of those are the next frontier.
  def expand(self: __torch__.Eagle, x: Tensor, table: Tensor, lengths: Tensor, vectors: List[Tensor], matrices: List[MATRIX], keys: List[Tensor], values: List[Tensor], ids: Tensor, shape: List[int], epsilon: float, best: int, levels: int) -> Tensor:
    heads = shape[0]
    kv_heads = shape[1]
    head = shape[2]
    version = shape[3]
    grouped = torch.floordiv(heads, kv_heads)
    rotated = torch.add(heads, kv_heads)
    all_heads = torch.add(rotated, kv_heads)
    sequences = x.size(0)
    hidden = x.size(1)
    rows = torch.mul(sequences, best)
    device = ops.prim.device(x)
    scale = torch.div(1., torch.sqrt(head))
    p, places = (self).score(x, vectors, matrices, version, epsilon, best, )
    tokens = (self).words(places, ids, )
    results = annotate(List[Tensor], [torch.to(p, 7), torch.to(tokens, 7)])
    scores = p
    f = torch.reshape(torch.expand(torch.unsqueeze(x, 1), [sequences, best, hidden]), [rows, hidden])
    context = torch.mul(table.size(1), keys[0].size(2))
    pool = torch.reshape(table, [-1])
    k_pool = torch.view(torch.index_select(keys[0], 0, pool), [sequences, table.size(1), kv_heads, keys[0].size(2), head])
    k_pool = torch.to(torch.reshape(torch.transpose(k_pool, 1, 2), [sequences, kv_heads, context, head]), 6)
    v_pool = torch.view(torch.index_select(values[0], 0, pool), [sequences, table.size(1), kv_heads, keys[0].size(2), head])
    v_pool = torch.to(torch.reshape(torch.transpose(v_pool, 1, 2), [sequences, kv_heads, context, head]), 6)
    key = torch.arange(context, dtype=4, layout=None, device=device, pin_memory=None)
    beyond = torch.mul(torch.to(torch.ge(key, torch.view(lengths, [sequences, 1, 1, 1])), 6), -1.0e30)
    own = torch.expand(torch.unsqueeze(torch.eye(best, dtype=6, layout=None, device=device, pin_memory=None), 0), [sequences, best, best])
    seen = own
    k_tree = torch.slice(k_pool, 2, 0, 0)
    v_tree = torch.slice(v_pool, 2, 0, 0)
    for level in range(levels):
      stream, h = (self).inputs(torch.reshape(tokens, [-1]), f, True, vectors, matrices, version, epsilon, )
      qkv = torch.view((self).linear(h, matrices[1], ), [rows, all_heads, head])
      positions = torch.reshape(torch.expand(torch.unsqueeze(torch.add(lengths, level), 1), [sequences, best]), [-1])
      cosines, sines = (self).turns(vectors[2], vectors[3], positions, )
      qk = (self).rotate(torch.slice(qkv, 1, 0, rotated), cosines, sines, )
      k = torch.permute(torch.view(torch.slice(qk, 1, heads, rotated), [sequences, best, kv_heads, head]), [0, 2, 1, 3])
      v = torch.permute(torch.view(torch.slice(qkv, 1, rotated, all_heads), [sequences, best, kv_heads, head]), [0, 2, 1, 3])
      k_tree = torch.cat([k_tree, k], 2)
      v_tree = torch.cat([v_tree, v], 2)
      q = torch.permute(torch.view(torch.slice(qk, 1, 0, heads), [sequences, best, kv_heads, grouped, head]), [0, 2, 3, 1, 4])
      q = torch.reshape(q, [sequences, kv_heads, torch.mul(grouped, best), head])
      drafted = k_tree.size(2)
      hidden_rows = torch.mul(torch.sub(1., seen), -1.0e30)
      hidden_rows = torch.expand(torch.view(hidden_rows, [sequences, 1, 1, best, drafted]), [sequences, 1, grouped, best, drafted])
      hidden_rows = torch.reshape(hidden_rows, [sequences, 1, torch.mul(grouped, best), drafted])
      on_pool = torch.add(torch.mul(torch.matmul(q, torch.transpose(k_pool, 2, 3)), scale), beyond)
      on_tree = torch.add(torch.mul(torch.matmul(q, torch.transpose(k_tree, 2, 3)), scale), hidden_rows)
      weights = torch.softmax(torch.cat([on_pool, on_tree], 3), -1, None)
      a = torch.matmul(torch.slice(weights, 3, 0, context), v_pool)
      a = torch.add(a, torch.matmul(torch.slice(weights, 3, context, torch.add(context, drafted)), v_tree))
      a = torch.permute(torch.view(a, [sequences, kv_heads, grouped, best, head]), [0, 3, 1, 2, 4])
      y = (self).outputs(stream, torch.reshape(a, [rows, torch.mul(heads, head)]), vectors, matrices, epsilon, )
      p, places = (self).score(y, vectors, matrices, version, epsilon, best, )
      children = torch.view((self).words(places, ids, ), [sequences, torch.mul(best, best)])
      total = torch.view(torch.add(torch.view(p, [sequences, best, best]), torch.unsqueeze(scores, 2)), [sequences, torch.mul(best, best)])
      scores, chosen = torch.topk(total, best, 1, True, True)
      parents = torch.floor_divide(chosen, best)
      tokens = torch.gather(children, 1, chosen, sparse_grad=False)
      _0 = torch.append(results, torch.to(torch.view(p, [sequences, torch.mul(best, best)]), 7))
      _1 = torch.append(results, torch.to(children, 7))
      _2 = torch.append(results, torch.to(chosen, 7))
      f = torch.view(y, [sequences, best, hidden])
      f = torch.gather(f, 1, torch.expand(torch.unsqueeze(parents, 2), [sequences, best, hidden]), sparse_grad=False)
      f = torch.reshape(f, [rows, hidden])
      seen = torch.gather(seen, 1, torch.expand(torch.unsqueeze(parents, 2), [sequences, best, drafted]), sparse_grad=False)
      seen = torch.cat([seen, own], 2)
    return torch.cat(results, 1)
