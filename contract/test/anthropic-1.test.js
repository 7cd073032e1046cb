import * as sdk from '@anthropic-ai/sdk';
import { messageBatches } from './anthropic-suite.js';

messageBatches('@anthropic-ai/sdk 1.x', sdk, false);
