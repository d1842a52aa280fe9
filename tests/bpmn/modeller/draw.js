// Runs in a page that has loaded camunda-bpmn-js; README.md tells how. Gives both files.
async () => {
  const modeler = new BpmnModeler({ container: '#c', propertiesPanel: { parent: '#p' } });
  await modeler.createDiagram();
  const get = name => modeler.get(name);
  const modeling = get('modeling'), factory = get('elementFactory'), registry = get('elementRegistry'), canvas = get('canvas');
  const moddle = get('moddle'), autoPlace = get('autoPlace');
  const name = (element, text) => modeling.updateProperties(element, { name: text });
  const words = (element, table) => {
    const bo = element.businessObject;
    const values = Object.entries(table).map(([n, value]) => moddle.create('camunda:Property', { name: n, value }));
    const properties = moddle.create('camunda:Properties', { values });
    const extension = moddle.create('bpmn:ExtensionElements', { values: [properties] });
    properties.$parent = extension; extension.$parent = bo; values.forEach(v => { v.$parent = properties; });
    modeling.updateProperties(element, { extensionElements: extension });
  };
  // 1. pool with two lanes
  const root = canvas.getRootElement();
  const pool = modeling.createShape(factory.createParticipantShape({ type: 'bpmn:Participant' }), { x: 500, y: 300 }, root);
  name(pool, 'Xác nhận thông tin lưu trữ');
  modeling.resizeShape(pool, { x: 160, y: 80, width: 1100, height: 400 });
  modeling.splitLane(pool, 2);
  const lanes = registry.filter(e => e.type === 'bpmn:Lane').sort((a, b) => a.y - b.y);
  name(lanes[0], 'Bộ phận Một cửa'); name(lanes[1], 'Phòng Lưu trữ');
  const [upper, lower] = lanes.map(lane => lane.y + lane.height / 2);
  // 2. the steps
  const create = (type, x, y, label) => {
    const shape = modeling.createShape({ type }, { x, y }, pool);
    if (label) name(shape, label);
    return shape;
  };
  const existing = registry.filter(e => e.type === 'bpmn:StartEvent');
  const start = existing[0] || create('bpmn:StartEvent', 240, upper);
  if (existing[0]) modeling.moveElements([start], { x: 240 - (start.x + 18), y: upper - (start.y + 18) }, pool);
  name(start, 'Hồ sơ được nộp');
  const user = (x, y, label) => create('bpmn:UserTask', x, y, label);
  const receive = user(360, upper, 'Tiếp nhận hồ sơ');
  const look = user(420, lower, 'Tra cứu, dự thảo');
  const review = user(580, lower, 'Xem xét, duyệt');
  const choice = create('bpmn:ExclusiveGateway', 720, lower, 'Đạt?');
  // 3. the choice
  const sign = user(860, lower, 'Ký, đóng dấu');
  const handover = user(1000, upper, 'Trả kết quả');
  const end = create('bpmn:EndEvent', 1140, upper, 'Đã trả kết quả');
  for (const [a, b] of [[start, receive], [receive, look], [look, review], [review, choice]]) modeling.connect(a, b);
  const on = modeling.connect(choice, sign);
  const back = modeling.connect(choice, look);
  name(on, 'Đạt');
  modeling.connect(sign, handover); modeling.connect(handover, end);
  // 4. extension properties
  words(receive, { milestone: 'accept' });
  words(look, { limit: '1 ngày làm việc' });
  words(review, { limit: '0,5 ngày làm việc' });
  words(sign, { limit: '4 giờ làm việc' });
  words(handover, { milestone: 'return' });
  const first = (await modeler.saveXML({ format: true })).xml;
  // reopened, as the next day, and what the check named is mended
  await modeler.importXML(first);
  const again = id => registry.get(id);
  get('modeling').updateModdleProperties(again(pool.id), again(pool.id).businessObject.processRef, { isExecutable: true });
  words(again(sign.id), { limit: '4 giờ làm việc', milestone: 'result' });
  name(again(back.id), 'Yêu cầu chỉnh sửa');
  const mended = (await modeler.saveXML({ format: true })).xml;
  return { first, mended };
}
