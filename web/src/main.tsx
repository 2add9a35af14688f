// SPDX-License-Identifier: Apache-2.0

import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './styles/main.css';
import { App } from './app';

render(<App />, document.getElementById('app')!);
