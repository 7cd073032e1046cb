# Apple's recurrent drafter (2403.09919): a small network goes on from the model's last hidden state, which stays its context,
# and a state of its own that takes in token after token; beam search over it.
#
#   features   [slots, width]       what the decoder stored
#   slots      int64 [sequences]    where each sequence's last feature is
#   tokens     int64 [sequences]    the token behind it
#   vectors    embedding; biases: of the projection of context and state, if there is one, of every block, and of the state's
#              own matrix, if it is recurrent
#   matrices   the projection, if there is one; blocks; head; of the token and of the state, if it is recurrent
#   ids        int64 [scored]       the words that the head scores; empty: all, in order
#   shape      projections (0 or 1), blocks, recurrent (0 or 1)
class Recurrent(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
INCLUDE matrices
  # Log-probabilities and places of each row's best words, [rows, candidates]: all others have none, as in the published code.
  def score(self: __torch__.Recurrent, context: Tensor, state: Tensor, vectors: List[Tensor], matrices: List[MATRIX], shape: List[int], candidates: int) -> Tuple[Tensor, Tensor]:
    x = torch.cat([context, state], 1)
    first = shape[0]
    if torch.eq(first, 1):
      x = torch.add((self).linear(x, matrices[0], ), vectors[1])
    for i in range(shape[1]):
      at = torch.add(first, i)
      x = torch.add(x, torch.silu(torch.add((self).linear(x, matrices[at], ), vectors[torch.add(at, 1)])))
    logits, places = torch.topk((self).linear(x, matrices[torch.add(first, shape[1])], ), candidates, 1, True, True)
    return (torch.log_softmax(logits, 1, None), places)
  # The states of beams behind one more token each, [rows, hidden].
  def advance(self: __torch__.Recurrent, tokens: Tensor, state: Tensor, vectors: List[Tensor], matrices: List[MATRIX], shape: List[int]) -> Tensor:
    e = torch.to(torch.embedding(vectors[0], tokens), 6)
    at = torch.add(torch.add(shape[0], shape[1]), 1)
    if torch.eq(shape[2], 1):
      own = torch.add((self).linear(state, matrices[torch.add(at, 1)], ), vectors[at])
      s = torch.silu(torch.add((self).linear(e, matrices[at], ), own))
    else:
      s = torch.add(e, state)
    return s
  def words(self: __torch__.Recurrent, places: Tensor, ids: Tensor) -> Tensor:
    if torch.gt(ids.size(0), 0):
      return torch.reshape(torch.index_select(ids, 0, torch.reshape(places, [-1])), [places.size(0), places.size(1)])
    return places
  # Float64 [sequences, levels * 3 * width]: per level each beam's place among the beams of the level before, its newest word,
  # and that word's log-probability given the beam; the best beam first.
  def draft(self: __torch__.Recurrent, features: Tensor, slots: Tensor, tokens: Tensor, vectors: List[Tensor], matrices: List[MATRIX], ids: Tensor, shape: List[int], width: int, candidates: int, levels: int) -> Tensor:
    context = torch.to(torch.index_select(features, 0, slots), 6)
    sequences = context.size(0)
    hidden = context.size(1)
    rows = torch.mul(sequences, width)
    options = torch.mul(width, candidates)
    nothing = torch.mul(context, 0.)
    state = (self).advance(tokens, nothing, vectors, matrices, shape, )
    p, places = (self).score(context, state, vectors, matrices, shape, candidates, )
    scores = torch.slice(p, 1, 0, width)
    chosen_words = torch.slice((self).words(places, ids, ), 1, 0, width)
    results = annotate(List[Tensor], [torch.to(torch.mul(scores, 0.), 7), torch.to(chosen_words, 7), torch.to(scores, 7)])
    context = torch.reshape(torch.expand(torch.unsqueeze(context, 1), [sequences, width, hidden]), [rows, hidden])
    state = torch.reshape(torch.expand(torch.unsqueeze(state, 1), [sequences, width, hidden]), [rows, hidden])
    for level in range(torch.sub(levels, 1)):
      state = (self).advance(torch.reshape(chosen_words, [-1]), state, vectors, matrices, shape, )
      p, places = (self).score(context, state, vectors, matrices, shape, candidates, )
      p = torch.view(p, [sequences, width, candidates])
      total = torch.reshape(torch.add(p, torch.unsqueeze(scores, 2)), [sequences, options])
      scores, chosen = torch.topk(total, width, 1, True, True)
      parents = torch.floor_divide(chosen, candidates)
      all_words = torch.reshape((self).words(places, ids, ), [sequences, options])
      chosen_words = torch.gather(all_words, 1, chosen, sparse_grad=False)
      own = torch.gather(torch.reshape(p, [sequences, options]), 1, chosen, sparse_grad=False)
      _0 = torch.append(results, torch.to(parents, 7))
      _1 = torch.append(results, torch.to(chosen_words, 7))
      _2 = torch.append(results, torch.to(own, 7))
      of_parents = torch.expand(torch.unsqueeze(parents, 2), [sequences, width, hidden])
      state = torch.gather(torch.view(state, [sequences, width, hidden]), 1, of_parents, sparse_grad=False)
      state = torch.reshape(state, [rows, hidden])
    return torch.cat(results, 1)
